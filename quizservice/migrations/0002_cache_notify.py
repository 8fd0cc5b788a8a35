"""Changes of what processes keep in memory are told to all of them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("quizservice", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (SQL / "0002_cache_notify.sql").read_text(),
            (SQL / "0002_cache_notify_reverse.sql").read_text(),
        )
    ]
