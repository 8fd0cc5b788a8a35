"""TODO-LEAD: placeholder."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("apikeys", "0003_history")]

    operations: list = []
