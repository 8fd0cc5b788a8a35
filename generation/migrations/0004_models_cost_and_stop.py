"""A pause for each writer; what models cost; what became of their sentences.

``ALTER TABLE`` instead of Django's own steps, because those cannot give a table another primary key and
keep its row: a pause outlives the update. Backwards, only the pause of everything stays.
"""

from django.db import migrations, models

COST = dict(db_default=0, decimal_places=6, default=0, help_text="US dollars", max_digits=12)
TOKENS = dict(db_default=0, default=0, help_text="paid for")


class Migration(migrations.Migration):
    dependencies = [("generation", "0003_steering")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE generation_pause"
                    " DROP COLUMN id,"
                    " ADD COLUMN generator varchar(200) NOT NULL DEFAULT '' PRIMARY KEY,"
                    " ADD COLUMN reason text NOT NULL DEFAULT ''",
                    "DELETE FROM generation_pause WHERE generator <> '';"
                    " ALTER TABLE generation_pause"
                    " DROP COLUMN generator, DROP COLUMN reason,"
                    " ADD COLUMN id smallint NOT NULL DEFAULT 1 PRIMARY KEY CHECK (id >= 0),"
                    " ADD CONSTRAINT pause_is_one CHECK (id = 1);"
                    " ALTER TABLE generation_pause ALTER COLUMN id DROP DEFAULT",
                ),
                migrations.RunSQL(
                    "ALTER TABLE generation_pause"
                    " ALTER COLUMN generator DROP DEFAULT, ALTER COLUMN reason DROP DEFAULT",
                    migrations.RunSQL.noop,
                ),
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name="pause", name="pause_is_one"),
                migrations.RemoveField(model_name="pause", name="id"),
                migrations.AddField(
                    model_name="pause",
                    name="generator",
                    field=models.CharField(
                        blank=True,
                        help_text="the writer; empty for everything",
                        max_length=200,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                migrations.AddField(
                    model_name="pause",
                    name="reason",
                    field=models.TextField(
                        blank=True, default="", help_text="in a teacher's words"
                    ),
                ),
                migrations.AlterField(
                    model_name="pause",
                    name="paused_by",
                    field=models.CharField(
                        blank=True, help_text="who paused, for people to read", max_length=200
                    ),
                ),
                migrations.AlterModelOptions(name="pause", options={"ordering": ["generator"]}),
            ],
        ),
        migrations.AddField(
            "generationrequest", "tokens", models.PositiveBigIntegerField(**TOKENS)
        ),
        migrations.AddField("generationrequest", "cost", models.DecimalField(**COST)),
        migrations.AddField("generationitem", "tokens", models.PositiveBigIntegerField(**TOKENS)),
        migrations.AddField("generationitem", "cost", models.DecimalField(**COST)),
        migrations.CreateModel(
            name="ModelUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("model", models.CharField(max_length=200)),
                ("purpose", models.CharField(max_length=20)),
                ("calls", models.PositiveBigIntegerField(default=0)),
                (
                    "failures",
                    models.PositiveBigIntegerField(
                        default=0, help_text="calls without a usable answer"
                    ),
                ),
                ("input_tokens", models.PositiveBigIntegerField(default=0)),
                ("output_tokens", models.PositiveBigIntegerField(default=0)),
                (
                    "cost",
                    models.DecimalField(
                        decimal_places=6,
                        help_text="US dollars of the calls whose model has a price; none without such a call",
                        max_digits=14,
                        null=True,
                    ),
                ),
                ("seconds", models.FloatField(default=0, help_text="all calls together")),
            ],
            options={
                "verbose_name": "model use",
                "verbose_name_plural": "model use",
                "ordering": ["-day", "model", "purpose"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "model", "purpose"), name="model_use_of_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PromptOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("prompt_version", models.CharField(max_length=100)),
                ("model", models.CharField(max_length=200)),
                (
                    "error_type",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="empty for correct sentences",
                        max_length=50,
                    ),
                ),
                (
                    "accepted",
                    models.PositiveBigIntegerField(default=0, help_text="as the model wrote them"),
                ),
                (
                    "repaired",
                    models.PositiveBigIntegerField(default=0, help_text="by the grammar engine"),
                ),
                (
                    "rewritten",
                    models.PositiveBigIntegerField(default=0, help_text="asked for once more"),
                ),
                ("rejected", models.PositiveBigIntegerField(default=0)),
                (
                    "unsure",
                    models.PositiveBigIntegerField(
                        default=0, help_text="nobody could confirm them"
                    ),
                ),
            ],
            options={
                "verbose_name": "prompt",
                "ordering": ["-day", "prompt_version", "model", "error_type"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "prompt_version", "model", "error_type"),
                        name="prompt_outcome_of_day",
                    )
                ],
            },
        ),
    ]
