"""Draws by verb and error type, and several in one statement."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("problems", "0002_serving")]

    operations = []
