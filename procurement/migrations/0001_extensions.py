"""PostgreSQL extensions the whole portal rests on: periods that may not overlap, search inside Chinese names."""

from typing import ClassVar

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    run_before: ClassVar = [("orgs", "0001_initial")]
    operations: ClassVar = [BtreeGistExtension(), TrigramExtension()]
