from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from procurement.bench import launching
from procurement.embedded import EmbeddedError

#: As many organisations, projects and notices as a city keeps.
FOUND = 300_000


class Command(BaseCommand):
    help = "Measure the portal beside the bare floor on this machine; one JSON line per figure in build/bench.jsonl."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--projects", type=int, default=2000, metavar="N", help="generated projects (2000)")
        parser.add_argument(
            "--entries", type=int, default=FOUND, metavar="N", help=f"entries the search is measured over ({FOUND})"
        )
        parser.add_argument("--out", type=Path, default=Path(settings.BASE_DIR, "build", "bench.jsonl"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["projects"] < 100:
            raise CommandError("--projects must be at least 100: growth is measured from a tenth of it.")
        var = Path(settings.VAR_DIR, "bench").absolute()
        try:
            code = launching.run(
                var=var, projects=options["projects"], entries=options["entries"], out=options["out"].absolute()
            )
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        if code:
            raise CommandError("the benchmark ended early; what was measured stands in the file", returncode=code)
