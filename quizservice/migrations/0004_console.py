"""TODO-LEAD: placeholder."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("quizservice", "0003_idempotency")]

    operations: list = []
