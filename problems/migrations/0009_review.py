"""TODO-LEAD: placeholder."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("problems", "0008_console")]

    operations: list = []
