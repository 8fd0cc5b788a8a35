"""Changes of keys are told to every process."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("apikeys", "0001_initial"), ("quizservice", "0002_cache_notify")]

    operations = []
