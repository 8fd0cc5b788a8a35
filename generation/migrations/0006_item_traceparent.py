"""Each item keeps the trace that it belongs to: another one once a person has tried it again.

The column has a constant default, so no row is rewritten, and code of before inserts rows without it.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0005_console")]

    operations = [
        migrations.AddField(
            "generationitem",
            "traceparent",
            models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
