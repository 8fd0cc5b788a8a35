"""Rotation, and who did what to a key."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import quizservice.ids


class Migration(migrations.Migration):
    dependencies = [("apikeys", "0002_notify")]

    operations = [
        migrations.CreateModel(
            name='KeyEvent',
            fields=[
                ('id', models.UUIDField(default=quizservice.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('issued', 'Issued'), ('changed', 'Changed'), ('rotated', 'Rotated'), ('revoked', 'Revoked')], max_length=10)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('by', models.CharField(max_length=160)),
                ('address', models.GenericIPAddressField(null=True)),
                ('changes', models.JSONField(default=dict)),
                ('key', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='apikeys.apikey')),
            ],
            options={
                'verbose_name': 'event',
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='keyevent',
            index=models.Index(fields=['key', '-id'], name='keyevent_history'),
        ),
        migrations.AddConstraint(
            model_name='keyevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['issued', 'changed', 'rotated', 'revoked'])), name='keyevent_kind_known'),
        ),
        migrations.AddField(
            model_name='apikey',
            name='previous_prefix',
            field=models.CharField(editable=False, max_length=16, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='apikey',
            name='previous_hash',
            field=models.CharField(editable=False, max_length=64, null=True),
        ),
        migrations.AddField(
            model_name='apikey',
            name='previous_until',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('previous_hash', None), ('previous_prefix', None), ('previous_until', None)), models.Q(('previous_hash__isnull', False), ('previous_prefix__isnull', False), ('previous_until__isnull', False)), _connector='OR'), name='apikey_previous_whole'),
        ),
        migrations.AddIndex(
            model_name='keyusage',
            index=models.Index(fields=['hour'], name='keyusage_hour'),
        ),
    ]
