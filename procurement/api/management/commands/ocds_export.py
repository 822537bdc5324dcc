import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from procurement.api.ocds.release import ocid_of, published_guides, record_package, release_package


class Command(BaseCommand):
    help = "Write one OCDS release package and one record package per published guide"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="folder for the files")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        for guide in published_guides().iterator(100):
            for kind, package in (("release", release_package), ("record", record_package)):
                path = out / f"{ocid_of(guide)}.{kind}.json"
                body = package([guide], uri=f"urn:ocds:{ocid_of(guide)}:{kind}")
                path.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
                self.stdout.write(str(path))
