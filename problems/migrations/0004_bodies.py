"""The JSON of a problem, built by the database; the orders that lists of problems offer."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("problems", "0003_drawing")]

    operations = [
        migrations.RunSQL(
            (SQL / "0004_bodies.sql").read_text(),
            (SQL / "0004_bodies_reverse.sql").read_text(),
        ),
        *(
            migrations.AddIndex(
                "problem",
                models.Index(fields=["status", column, "id"], name=f"problem_status_{name}"),
            )
            for column, name in (
                ("created_at", "created"),
                ("updated_at", "updated"),
            )
        ),
    ]
