"""How the lists of a source are read is kept by name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ingest", "0009_upload_of_bytes")]

    operations = [
        migrations.CreateModel(
            name="ListMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=150, unique=True)),
                ("mapping", models.JSONField(blank=True, default=dict)),
                ("join_rows", models.BooleanField(default=False)),
                ("match", models.BooleanField(default=False)),
                ("by_name", models.CharField(max_length=150)),
                ("changed_at", models.DateTimeField()),
            ],
            options={"ordering": ["name"]},
        ),
    ]
