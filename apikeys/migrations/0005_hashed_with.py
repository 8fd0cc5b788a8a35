"""Which of the service's own secrets keyed a key's hash."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("apikeys", "0004_console")]

    operations = [
        # the database fills it in by itself: a process of the version before goes on issuing keys
        migrations.AddField(
            model_name="apikey",
            name="hashed_with",
            field=models.CharField(db_default="", default="", editable=False, max_length=16),
        ),
    ]
