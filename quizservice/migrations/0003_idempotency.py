"""Answers that are given again for the same Idempotency-Key."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("quizservice", "0002_cache_notify")]

    operations = []
