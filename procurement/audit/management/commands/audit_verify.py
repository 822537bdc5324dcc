"""Check the journal against its anchors; exit 0 only when it is whole."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from procurement.audit.services.verification import ANCHOR_GLOB, verify


class Command(BaseCommand):
    help = "Recompute every hash and link of the journal and compare it with its signed checkpoints."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, help="folder of checkpoint files kept elsewhere")

    def handle(self, *args: Any, anchors: Path | None = None, **options: Any) -> None:
        if anchors and not any(anchors.glob(ANCHOR_GLOB)):
            raise CommandError(_("目录 %(folder)s 中没有检查点文件。") % {"folder": anchors}, returncode=2)
        report = verify(anchors=anchors)
        if not report.whole:
            raise CommandError("\n".join([str(report), *map(str, report.faults)]))
        self.stdout.write(str(report))
