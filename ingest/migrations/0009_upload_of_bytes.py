"""Uploads are found by whose they are and what bytes they bring."""

from django.db import migrations, models

from records.growing import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("ingest", "0008_batch_turns")]

    operations = [
        AddIndexBeside(
            model_name="upload",
            index=models.Index(fields=["by", "sha256"], name="upload_of_bytes"),
        ),
    ]
