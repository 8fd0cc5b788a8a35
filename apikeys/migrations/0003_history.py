"""Rotation, and who did what to a key."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("apikeys", "0002_notify")]

    operations = []
