"""Check a downloaded draw record the way an outsider would: with the stand-alone verifier the portal gives away."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation.verify_draw import problems


class Command(BaseCommand):
    help = "Recompute a draw of review experts from its record (JSON); exit 0 when everything agrees."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            record = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"cannot read {file}: {error}") from error
        try:
            found = problems(record)
        except (KeyError, TypeError, ValueError) as error:
            raise CommandError(f"not a draw record: {error!r}") from error
        if found:
            raise CommandError(f"the draw does not agree with its record: {', '.join(found)}")
        self.stdout.write(f"OK {record['panel']}: {len(record['selected'])} drawn from {len(record['pool'])}")
