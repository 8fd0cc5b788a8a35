"""Search texts that were stored while œ and æ still stood in them: ``soeur`` finds these, too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("problems", "0005_feedback")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE problems_problem
            SET search_text = replace(replace(search_text, 'œ', 'oe'), 'æ', 'ae')
            WHERE search_text ~ '[œæ]'
            """,
            # what was one letter is not known any more; each text is made anew when it is edited
            migrations.RunSQL.noop,
        )
    ]
