from typing import Any

import polib
from django.core.management.base import BaseCommand

from procurement.ui.messages import CATALOGUE, sync


class Command(BaseCommand):
    help = "Bring the English catalogue in step with the texts of code and templates; lists what waits for its English."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue = polib.pofile(str(CATALOGUE))
        waiting, left = sync(catalogue)
        catalogue.save()
        for text in waiting:
            self.stdout.write(f"to translate: {text!r}")
        self.stdout.write(f"{len(catalogue)} texts, {len(waiting)} to translate, {len(left)} no longer used")
