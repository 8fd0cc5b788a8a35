"""Draws by verb and error type, and several in one statement."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


def cell(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        "problems.servecell",
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        db_index=False,
        **options,
    )


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
        migrations.CreateModel(
            name="ServeCell",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("target_language_code", models.CharField(max_length=3)),
                ("grammatical_focus", models.CharField(max_length=30)),
                ("level", models.CharField(max_length=2)),
            ],
        ),
        migrations.AddConstraint(
            model_name="servecell",
            constraint=models.UniqueConstraint(
                fields=("grammatical_focus", "level", "target_language_code"),
                name="serve_cell_distinct",
            ),
        ),
        migrations.AddField(model_name="servestate", name="cell", field=cell(null=True)),
        migrations.AddField(model_name="serveterm", name="cell", field=cell(null=True)),
        *(
            migrations.RunSQL(
                (SQL / f"0003_{name}.sql").read_text(),
                (SQL / f"0003_{name}_reverse.sql").read_text(),
            )
            for name in ("terms", "drawing")
        ),
        migrations.AlterField(model_name="serveterm", name="cell", field=cell()),
        migrations.AddIndex(
            model_name="servestate",
            index=models.Index(fields=["cell", "serve_seq"], name="serve_state_cell_order"),
        ),
        migrations.AddIndex(
            model_name="serveterm",
            index=models.Index(
                fields=["kind", "term", "cell", "serve_seq"], name="serve_term_cell_order"
            ),
        ),
    ]
