"""Fills the table of divisions, so that a fresh database can register organisations at once."""

from typing import Any, ClassVar

from django.db import migrations

from orgs.regions import load


def fill(apps: Any, schema_editor: Any) -> None:
    load(apps.get_model("orgs", "Region"))


def empty(apps: Any, schema_editor: Any) -> None:
    """Children first; refuses when an organisation still points at a division."""
    regions = apps.get_model("orgs", "Region").objects
    for level in (4, 3, 2, 1):
        regions.filter(level=level).delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("orgs", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(fill, empty)]
