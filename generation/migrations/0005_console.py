"""TODO-LEAD: placeholder."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("generation", "0004_models_cost_and_stop")]

    operations: list = []
