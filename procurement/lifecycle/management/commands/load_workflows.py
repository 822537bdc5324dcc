from typing import Any

from django.core.management.base import BaseCommand

from procurement.lifecycle.workflows import load_workflows


class Command(BaseCommand):
    help = "Load the shipped workflow templates that are not in the database yet."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_workflows()} workflow templates loaded")
