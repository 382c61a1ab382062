"""Whose file is next: the jobs of each batch that still wait, found by an index."""

from django.db import migrations, models
from django.db.models import Q

from records.growing import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ingest", "0007_batches")]
    operations = [
        AddIndexBeside(
            model_name="job",
            index=models.Index(
                condition=Q(("state__in", ["waiting", "running"])), fields=["batch", "id"], name="job_in_batch"
            ),
        ),
    ]
