"""The groups of the roles; what they may do is given to them after the migrations: see
``quizservice.console.roles``."""

from __future__ import annotations

from django.db import migrations

NAMES = ("Teacher", "Staff", "Key manager")


def make(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in NAMES:
        groups.get_or_create(name=name)


def remove(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=NAMES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("quizservice", "0004_console"),
        ("problems", "0009_review"),
        ("generation", "0005_console"),
        ("apikeys", "0004_console"),
        ("verbs", "0003_console"),
    ]

    operations = [migrations.RunPython(make, remove)]
