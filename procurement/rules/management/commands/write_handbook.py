from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from procurement.rules.handbook import write_chapters


class Command(BaseCommand):
    help = "Write docs/handbook/*.md and docs/glossary.md from the code"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, default=Path(settings.BASE_DIR) / "docs", help="default: docs/")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        with translation.override("zh-hans"):
            for path in write_chapters(out / "handbook", out / "glossary.md"):
                self.stdout.write(str(path))
