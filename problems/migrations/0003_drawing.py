"""Draws by verb and error type, and several in one statement."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
COPIES = {"grammatical_focus": ("focus", 30), "level": ("level", 2), "target_language_code": ("lang", 3)}


class Migration(migrations.Migration):
    dependencies = [("problems", "0002_serving")]

    operations = [
        migrations.AlterField(
            model_name="serveterm",
            name="kind",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "Topic Tag"), (2, "Verb"), (3, "Error Type")]
            ),
        ),
        *(
            migrations.AddField(
                model_name="servestate",
                name=field,
                field=models.CharField(db_collation="C", default="", max_length=length),
                preserve_default=False,
            )
            for field, (_, length) in COPIES.items()
        ),
        migrations.RunSQL(
            (SQL / "0003_drawing.sql").read_text(),
            (SQL / "0003_drawing_reverse.sql").read_text(),
        ),
        *(
            migrations.AddIndex(
                model_name="servestate",
                index=models.Index(
                    condition=models.Q(bucket__isnull=False),
                    fields=[field, "serve_seq"],
                    name=f"serve_state_{name}_order",
                ),
            )
            for field, (name, _) in COPIES.items()
        ),
    ]
