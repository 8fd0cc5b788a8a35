"""Triggers, constraints between rows, and the draw."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("problems", "0001_problems")]

    operations = [
        migrations.RunSQL(
            (SQL / "0002_serving.sql").read_text(),
            (SQL / "0002_serving_reverse.sql").read_text(),
        )
    ]
