"""Answers that are given again for the same Idempotency-Key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizservice", "0002_cache_notify")]

    operations = [
        migrations.CreateModel(
            name='IdempotentAnswer',
            fields=[
                ('id', models.BinaryField(help_text='SHA-256 of API key, path and Idempotency-Key', max_length=32, primary_key=True, serialize=False)),
                ('body_hash', models.BinaryField(help_text="SHA-256 of the request's JSON", max_length=32)),
                ('status', models.PositiveSmallIntegerField()),
                ('headers', models.JSONField(default=dict)),
                ('content', models.BinaryField()),
                ('answered_at', models.DateTimeField(db_index=True)),
            ],
        ),
    ]
