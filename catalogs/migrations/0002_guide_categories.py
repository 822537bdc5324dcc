"""Fills the demonstration categories (domain §3.1: the real list of 40 was not found; these are marked 示例)."""

from typing import Any, ClassVar

from django.db import migrations

from catalogs.presets import load


def fill(apps: Any, schema_editor: Any) -> None:
    load(apps.get_model("catalogs", "GuideCategoryPreset"))


def empty(apps: Any, schema_editor: Any) -> None:
    apps.get_model("catalogs", "GuideCategoryPreset").objects.all().delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("catalogs", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(fill, empty)]
