"""The history of corrections, and names of fields in the language of the reader."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
import quizservice.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('verbs', '0002_notify'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='verb',
            options={'ordering': ['infinitive', 'frequency_rank'], 'verbose_name': 'verb', 'verbose_name_plural': 'verbs'},
        ),
        migrations.AlterModelOptions(
            name='verboverride',
            options={'ordering': ['verb', 'field'], 'verbose_name': 'correction of a verb', 'verbose_name_plural': 'corrections of verbs'},
        ),
        migrations.AlterField(
            model_name='verb',
            name='auxiliary',
            field=models.CharField(choices=[('avoir', 'avoir'), ('être', 'être')], max_length=10, verbose_name='auxiliary'),
        ),
        migrations.AlterField(
            model_name='verb',
            name='can_have_cod',
            field=models.BooleanField(verbose_name='takes a direct object'),
        ),
        migrations.AlterField(
            model_name='verb',
            name='can_have_coi',
            field=models.BooleanField(verbose_name='takes an indirect object'),
        ),
        migrations.AlterField(
            model_name='verb',
            name='classification',
            field=models.CharField(choices=[('first_group', 'first (-er)'), ('second_group', 'second (-ir, -issons)'), ('third_group', 'third')], max_length=20, verbose_name='group'),
        ),
        migrations.AlterField(
            model_name='verb',
            name='frequency_rank',
            field=models.PositiveIntegerField(help_text='1 is the most frequent', verbose_name='rank by frequency'),
        ),
        migrations.AlterField(
            model_name='verb',
            name='is_irregular',
            field=models.BooleanField(verbose_name='irregular'),
        ),
        migrations.AlterField(
            model_name='verb',
            name='last_used_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last used'),
        ),
        migrations.AlterField(
            model_name='verb',
            name='level',
            field=models.CharField(choices=[('A1', 'A1'), ('A2', 'A2'), ('B1', 'B1'), ('B2', 'B2')], max_length=2, verbose_name='level'),
        ),
        migrations.AlterField(
            model_name='verb',
            name='reflexive',
            field=models.BooleanField(default=False, verbose_name='reflexive'),
        ),
        migrations.AlterField(
            model_name='verb',
            name='translation',
            field=models.CharField(max_length=200, verbose_name='translation'),
        ),
        migrations.AlterField(
            model_name='verboverride',
            name='author',
            field=models.CharField(max_length=150, verbose_name='author'),
        ),
        migrations.AlterField(
            model_name='verboverride',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='corrected at'),
        ),
        migrations.AlterField(
            model_name='verboverride',
            name='reason',
            field=models.CharField(max_length=500, verbose_name='reason'),
        ),
        migrations.CreateModel(
            name='CorrectionEvent',
            fields=[
                ('id', models.UUIDField(default=quizservice.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('made', 'corrected'), ('withdrawn', 'withdrawn')], max_length=10, verbose_name='what happened')),
                ('field', models.CharField(max_length=50)),
                ('before', models.CharField(blank=True, max_length=200)),
                ('value', models.CharField(blank=True, max_length=200)),
                ('by', models.CharField(blank=True, max_length=150, verbose_name='by')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='at')),
                ('verb', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='correction_events', to='verbs.verb')),
            ],
            options={
                'verbose_name': 'change of a correction',
                'verbose_name_plural': 'changes of corrections',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['made', 'withdrawn'])), name='correction_event_kind_known')],
            },
        ),
    ]
