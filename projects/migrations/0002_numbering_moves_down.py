"""The running numbers belong to every app: their table goes to the lifecycle room with all its rows."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("NumberSeries", "lifecycle_numberseries")],
            state_operations=[migrations.DeleteModel("NumberSeries")],
        ),
    ]
