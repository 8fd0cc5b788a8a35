"""The JSON of a problem, built by the database."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("problems", "0003_drawing")]

    operations = []
