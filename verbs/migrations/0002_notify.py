"""Changes of verbs and corrections are told to every process."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("verbs", "0001_initial"), ("quizservice", "0002_cache_notify")]

    operations = [
        migrations.RunSQL(
            # when a verb was drawn is written all the time
            "CALL cache_watch('verbs_verb', 'last_used_at')",
            "CALL cache_unwatch('verbs_verb')",
        ),
        migrations.RunSQL(
            "CALL cache_watch('verbs_verboverride')", "CALL cache_unwatch('verbs_verboverride')"
        ),
    ]
