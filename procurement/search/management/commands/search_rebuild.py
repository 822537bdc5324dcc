from typing import Any

from django.core.management.base import BaseCommand

from procurement.search.services.indexing import rebuild


class Command(BaseCommand):
    help = "Write every entry of the search anew, while the portal runs."

    def handle(self, *args: Any, **options: Any) -> None:
        total = rebuild(lambda kind, count: self.stdout.write(f"{kind}: {count}"))
        self.stdout.write(f"{total} entries")
