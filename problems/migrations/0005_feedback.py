"""Answers and reports."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("problems", "0004_bodies")]

    operations = []
