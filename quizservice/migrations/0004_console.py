"""Who may refresh caches, and locked logins under their own name."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("axes", "0010_accessattemptexpiration"),
        ("quizservice", "0003_idempotency"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="process",
            options={
                "permissions": [("refresh_caches", "Can refresh caches")],
                "verbose_name": "process",
                "verbose_name_plural": "processes",
            },
        ),
        migrations.CreateModel(
            name="LockedLogin",
            fields=[],
            options={
                "verbose_name": "locked login",
                "verbose_name_plural": "locked logins",
                "ordering": ["-attempt_time"],
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("axes.accessattempt",),
        ),
    ]
