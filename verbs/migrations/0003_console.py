"""TODO-LEAD: placeholder."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("verbs", "0002_notify")]

    operations: list = []
