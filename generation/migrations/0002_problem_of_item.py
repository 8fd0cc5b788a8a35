"""A problem may be deleted by anybody, psql included: its item then has none."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("generation", "0001_initial"), ("problems", "0002_serving")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE generation_generationitem ADD CONSTRAINT item_problem"
            " FOREIGN KEY (problem_id) REFERENCES problems_problem ON DELETE SET NULL",
            "ALTER TABLE generation_generationitem DROP CONSTRAINT item_problem",
        )
    ]
