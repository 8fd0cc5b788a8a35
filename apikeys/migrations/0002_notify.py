"""Changes of keys are told to every process."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("apikeys", "0001_initial"), ("quizservice", "0002_cache_notify")]

    operations = [
        migrations.RunSQL(
            # the use of keys is written all the time
            "CALL cache_watch('apikeys_apikey', 'usage_count', 'last_used_at')",
            "CALL cache_unwatch('apikeys_apikey')",
        )
    ]
