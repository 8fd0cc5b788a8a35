"""Answers and reports."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import quizservice.ids

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("problems", "0004_bodies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PickCount',
            fields=[
                ('pk', models.CompositePrimaryKey('problem_id', 'statement_id', 'correct', blank=True, editable=False, primary_key=True, serialize=False)),
                ('statement_id', models.UUIDField()),
                ('correct', models.BooleanField()),
                ('picks', models.PositiveBigIntegerField()),
                ('problem', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pick_counts', to='problems.problem')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=quizservice.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('statement_id', models.UUIDField(help_text='the statement may have been deleted since')),
                ('correct', models.BooleanField()),
                ('first', models.BooleanField()),
                ('learner', models.BinaryField(help_text='a keyed hash', max_length=32, null=True)),
                ('elapsed_ms', models.PositiveIntegerField(null=True)),
                ('key_id', models.UUIDField(help_text='the API key that sent it', null=True)),
                ('answered_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='answers', to='problems.problem')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('first', True), ('learner__isnull', False)), fields=('problem', 'learner'), name='answer_one_first'),
                    models.CheckConstraint(condition=models.Q(('first', True), ('learner__isnull', False), _connector='OR'), name='answer_anonymous_is_first'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=quizservice.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('wrong_answer', 'Wrong Answer'), ('ambiguous', 'Ambiguous'), ('unnatural', 'Unnatural'), ('offensive', 'Offensive'), ('other', 'Other')], max_length=20)),
                ('comments', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=1000), db_default=[], default=list, help_text='the first 20 different ones', size=None)),
                ('times', models.PositiveIntegerField(db_default=1, default=1)),
                ('key_id', models.UUIDField(help_text='the API key that reported')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('last_reported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('closed_at', models.DateTimeField(editable=False, null=True)),
                ('closed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='reports', to='problems.problem')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['-id'], name='report_open')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('problem', 'key_id', 'reason'), name='report_one_open'),
                    models.CheckConstraint(condition=models.Q(('reason__in', ['wrong_answer', 'ambiguous', 'unnatural', 'offensive', 'other'])), name='report_reason_known'),
                    models.CheckConstraint(condition=models.Q(('comments__len__lte', 20)), name='report_comments_bounded'),
                    models.CheckConstraint(condition=models.Q(('closed_at__isnull', False), ('closed_by__isnull', True), _connector='OR'), name='report_open_is_nobodys'),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "0005_feedback.sql").read_text(),
            (SQL / "0005_feedback_reverse.sql").read_text(),
        ),
    ]
