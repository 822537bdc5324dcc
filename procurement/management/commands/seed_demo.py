from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procurement.demo.world import DemoRefused, build


class Command(BaseCommand):
    help = "Build the demo world, or complete it; existing records are left as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            build(now=timezone.now(), say=self._say)
        except DemoRefused as refused:
            raise CommandError(str(refused)) from refused

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
