"""The first migration of each app creates tables together with the triggers that guard them.

Django draws every related model anew after each operation. With a trigger, a constraint and an index an operation each,
an empty database took a minute and a half of drawing; one operation a table takes seconds.
"""

from typing import Any

from django.db import migrations


class GuardedModel(migrations.CreateModel):
    """A table with the compiled triggers of its ``options``; later triggers come as django-pgtrigger's own operations."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        for trigger in self.options.get("triggers", ()):
            # finished SQL: a per cent sign in it is no placeholder
            schema_editor.execute(trigger.install_sql, params=None)
