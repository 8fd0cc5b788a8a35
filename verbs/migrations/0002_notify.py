"""Changes of verbs and corrections are told to every process."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("verbs", "0001_initial"), ("quizservice", "0002_cache_notify")]

    operations = []
