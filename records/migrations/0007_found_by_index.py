from django.db import migrations, models
from django.db.models import F, Q

from records.growing import AddIndexBeside, OnPostgresql

# Lists put records without a date last, whichever way they go. SQLite reads its index so by itself.
NEWEST = "CREATE INDEX CONCURRENTLY record_newest ON records_record (date_max DESC NULLS LAST, id DESC)"
OLDEST = "CREATE INDEX CONCURRENTLY record_oldest ON records_record (date_max, id)"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0006_never_emptied")]
    operations = [
        AddIndexBeside(
            model_name="rendition",
            index=models.Index(
                condition=Q(("kind", "text"), ("reading", "pending")), fields=["version"], name="rendition_pending"
            ),
        ),
        AddIndexBeside(
            model_name="grant",
            index=models.Index(condition=Q(("start_told", False)), fields=["starts"], name="grant_begins"),
        ),
        migrations.RemoveIndex(model_name="grant", name="grant_starts"),
        OnPostgresql(
            ["DROP INDEX CONCURRENTLY IF EXISTS record_newest", NEWEST],
            reverse_sql="DROP INDEX CONCURRENTLY IF EXISTS record_newest",
        ),
        OnPostgresql(
            ["DROP INDEX CONCURRENTLY IF EXISTS record_oldest", OLDEST],
            reverse_sql="DROP INDEX CONCURRENTLY IF EXISTS record_oldest",
        ),
        migrations.AlterModelOptions(
            name="record", options={"ordering": [F("date_max").desc(nulls_last=True), "id"]}
        ),
    ]
