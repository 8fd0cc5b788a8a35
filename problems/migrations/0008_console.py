"""Files that are imported, and indexes for the console's list of problems."""

import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.fields.json import KT

import quizservice.ids


class Migration(migrations.Migration):
    atomic = False  # the indexes are made while problems are stored and served

    dependencies = [("problems", "0007_history")]

    operations = [
        migrations.CreateModel(
            name="ProblemImport",
            fields=[
                ("id", models.UUIDField(default=quizservice.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("by", models.CharField(help_text="the user's name", max_length=150)),
                ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("file_name", models.CharField(max_length=200)),
                ("format", models.CharField(choices=[("csv", "Csv"), ("json", "Json")], max_length=4)),
                ("content", models.TextField()),
                ("objections", models.JSONField(default=dict)),
                ("done_at", models.DateTimeField(editable=False, null=True)),
                ("result", models.JSONField(editable=False, null=True)),
            ],
            options={"ordering": ["-id"]},
        ),
        AddIndexConcurrently(
            model_name="problem",
            index=models.Index(fields=["-updated_at", "-id"], name="problem_updated"),
        ),
        AddIndexConcurrently(
            model_name="problem",
            index=models.Index(
                models.Func(
                    models.F("metadata"), function="problems_verb", output_field=models.TextField()
                ),
                models.OrderBy(models.F("id"), descending=True),
                name="problem_verb",
            ),
        ),
        AddIndexConcurrently(
            model_name="problem",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    KT("metadata__generator"), models.Value(""), output_field=models.TextField()
                ),
                models.OrderBy(models.F("id"), descending=True),
                name="problem_source",
            ),
        ),
    ]
