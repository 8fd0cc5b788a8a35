"""Errors, refused and throttled requests beside those let through; the reason of a step."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("apikeys", "0003_history")]

    operations = [
        migrations.AlterModelOptions(
            name="apikey",
            options={
                "ordering": ["-id"],
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
            },
        ),
        migrations.AlterModelOptions(
            name="keyevent",
            options={
                "ordering": ["-id"],
                "verbose_name": "key event",
                "verbose_name_plural": "key events",
            },
        ),
        # the database fills these in by itself: no row is rewritten, and a process of the version before
        # goes on writing
        migrations.AddField(
            model_name="keyusage",
            name="errors",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="keyusage",
            name="refused",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="keyusage",
            name="throttled",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="keyevent",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
    ]
