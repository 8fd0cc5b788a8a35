"""The review queue: rounds, claims, and with what word reports are closed."""

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
        ("problems", "0008_console"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='problem',
            options={'ordering': ['-id'], 'verbose_name': 'problem', 'verbose_name_plural': 'problems'},
        ),
        migrations.AlterModelOptions(
            name='report',
            options={'ordering': ['-id'], 'verbose_name': 'report', 'verbose_name_plural': 'reports'},
        ),
        migrations.AlterField(
            model_name='report',
            name='reason',
            field=models.CharField(choices=[('wrong_answer', 'Wrong answer'), ('ambiguous', 'Ambiguous'), ('unnatural', 'Unnatural'), ('offensive', 'Offensive'), ('other', 'Something else')], max_length=20),
        ),
        migrations.AddField(
            model_name='report',
            name='closing_event',
            field=models.UUIDField(editable=False, help_text="the event of the problem's history that closed it", null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='closing_word',
            field=models.CharField(db_default='', default='', editable=False, max_length=500),
        ),
        migrations.CreateModel(
            name='ReviewRound',
            fields=[
                ('id', models.UUIDField(default=quizservice.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('filters', models.CharField(help_text='as in the address of the page', max_length=300)),
                ('problem_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('earlier_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), db_default=[], default=list, help_text='of the round before: its last decision can still be undone', size=None)),
                ('waiting', models.PositiveIntegerField(help_text='how many waited when the round began')),
                ('begun_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('person', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'filters'), name='review_round_one')],
            },
        ),
        migrations.CreateModel(
            name='ReviewClaim',
            fields=[
                ('problem', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='review_claim', serialize=False, to='problems.problem')),
                ('until', models.DateTimeField()),
                ('person', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.RunSQL(
            (SQL / "0009_review.sql").read_text(),
            (SQL / "0009_review_reverse.sql").read_text(),
        ),
    ]
