"""Changes of what processes keep in memory are told to all of them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("quizservice", "0001_initial")]

    operations = []
