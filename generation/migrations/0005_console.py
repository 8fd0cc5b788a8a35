"""One form makes one order; an order may name its model; words for people.

New columns have a constant default or none, so no row is rewritten. The index has only the orders of the
form, and is built over a table of orders, which is small beside that of their items.
"""

from __future__ import annotations

from django.db import migrations, models

PRIORITIES = [("interactive", "soon"), ("bulk", "in bulk")]
STATES = [
    ("waiting", "waiting"),
    ("published", "waiting for a worker"),
    ("processing", "running"),
    ("generated", "made"),
    ("failed", "failed"),
    ("rejected", "rejected"),
    ("dropped", "dropped"),
]
STATUSES = [
    ("pending", "waiting"),
    ("processing", "running"),
    ("completed", "completed"),
    ("partial", "partly made"),
    ("failed", "failed"),
    ("cancelled", "cancelled"),
    ("expired", "expired"),
]


class Migration(migrations.Migration):
    dependencies = [("generation", "0004_models_cost_and_stop")]

    operations = [
        migrations.AlterModelOptions(
            "generationitem",
            {
                "ordering": ["request", "position"],
                "verbose_name": "problem of an order",
                "verbose_name_plural": "problems of an order",
            },
        ),
        migrations.AlterModelOptions(
            "generationrequest",
            {"ordering": ["-id"], "verbose_name": "order", "verbose_name_plural": "orders"},
        ),
        migrations.AlterModelOptions(
            "promptoutcome",
            {
                "ordering": ["-day", "prompt_version", "model", "error_type"],
                "verbose_name": "prompt",
                "verbose_name_plural": "prompts",
            },
        ),
        migrations.AddField(
            "generationrequest",
            "model",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="the model that was chosen; empty for the one of the settings",
                max_length=100,
            ),
        ),
        migrations.AddField(
            "generationrequest",
            "order_token",
            models.UUIDField(
                editable=False,
                help_text="of the form that ordered: one form, one order",
                null=True,
            ),
        ),
        migrations.AlterField(
            "generationitem", "priority", models.CharField(choices=PRIORITIES, max_length=20)
        ),
        migrations.AlterField(
            "generationitem",
            "state",
            models.CharField(choices=STATES, default="waiting", max_length=20),
        ),
        migrations.AlterField(
            "generationrequest", "priority", models.CharField(choices=PRIORITIES, max_length=20)
        ),
        migrations.AlterField(
            "generationrequest",
            "status",
            models.CharField(choices=STATUSES, default="pending", max_length=20),
        ),
        migrations.AddConstraint(
            "generationrequest",
            models.UniqueConstraint(
                condition=models.Q(("order_token__isnull", False)),
                fields=("order_token",),
                name="request_order_token_once",
            ),
        ),
    ]
