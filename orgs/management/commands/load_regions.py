from django.core.management.base import BaseCommand

from orgs.models import Region
from orgs.regions import load


class Command(BaseCommand):
    help = "Insert or refresh the table of administrative divisions."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{load(Region)} divisions")
