from typing import Any

from django.core.management.base import BaseCommand

from procurement.statistics.services.importing import import_statistics


class Command(BaseCommand):
    help = "Import the published yearly totals shipped with the portal; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        count = import_statistics()
        self.stdout.write(self.style.SUCCESS(f"{count} published figures"))
