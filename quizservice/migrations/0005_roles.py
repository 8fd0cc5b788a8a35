"""TODO-LEAD: placeholder."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("quizservice", "0004_console"),
        ("problems", "0009_review"),
        ("generation", "0005_console"),
        ("apikeys", "0004_console"),
        ("verbs", "0003_console"),
    ]

    operations: list = []
