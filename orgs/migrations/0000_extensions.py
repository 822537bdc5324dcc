"""What the tables below rest on: periods that may not overlap, and search inside Chinese names."""

from typing import ClassVar

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = []
    operations: ClassVar = [BtreeGistExtension(), TrigramExtension()]
