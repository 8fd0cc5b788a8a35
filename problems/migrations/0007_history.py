"""The history of problems: an event for each change by a person."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import quizservice.ids

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("problems", "0006_ligatures")]

    operations = [
        migrations.CreateModel(
            name='ProblemEvent',
            fields=[
                ('id', models.UUIDField(default=quizservice.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(help_text='1, 2, 3, ... within the problem')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('kind', models.CharField(choices=[('created', 'created'), ('edited', 'edited'), ('published', 'published'), ('retired', 'retired'), ('sent_to_review', 'sent to review'), ('rejected', 'rejected'), ('tagged', 'tags changed'), ('levelled', 'level changed'), ('reverted', 'reverted'), ('noted', 'note'), ('imported', 'imported')], max_length=20)),
                ('by', models.CharField(blank=True, default='', help_text="a user's name; empty: not a user", max_length=150)),
                ('reason', models.TextField(blank=True, default='', max_length=2000)),
                ('snapshot', models.JSONField()),
                ('before', models.JSONField(null=True)),
                ('problem', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='problems.problem')),
            ],
            options={
                'verbose_name': 'event of a problem',
                'verbose_name_plural': 'events of problems',
                'ordering': ['problem', '-number'],
                'indexes': [models.Index(fields=['at'], name='problem_event_at')],
                'constraints': [models.UniqueConstraint(fields=('problem', 'number'), name='problem_event_numbered'), models.CheckConstraint(condition=models.Q(('kind__in', ['created', 'edited', 'published', 'retired', 'sent_to_review', 'rejected', 'tagged', 'levelled', 'reverted', 'noted', 'imported'])), name='problem_event_kind_known')],
            },
        ),
        migrations.RunSQL(
            (SQL / "0007_history.sql").read_text(),
            (SQL / "0007_history_reverse.sql").read_text(),
        ),
    ]
