from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_item_traceparent")]

    operations = [
        migrations.AddField(
            model_name="generationrequest",
            name="operator",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="who ordered from a shell, as the system names them",
                max_length=160,
            ),
        ),
    ]
