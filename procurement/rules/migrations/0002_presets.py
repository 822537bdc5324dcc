"""Load the rule sets that ship with the portal (data/presets.json)."""

from typing import Any

from django.db import migrations

from procurement.rules.presets import install_presets, presets


def load(apps: Any, schema_editor: Any) -> None:
    install_presets(apps.get_model("rules", "RuleSet"))


def unload(apps: Any, schema_editor: Any) -> None:
    """Remove the presets again; approval freezes rows, so the freeze is lifted for this one statement."""
    keys = [(row["jurisdiction"], row["regime"], row["version"]) for row in presets()]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE rules_ruleset DISABLE TRIGGER USER")
        cursor.executemany(
            "DELETE FROM rules_ruleset WHERE jurisdiction = %s AND regime = %s AND version = %s", keys
        )
        cursor.execute("ALTER TABLE rules_ruleset ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("rules", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
