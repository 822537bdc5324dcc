from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from procurement.management.archive import ArchiveRefused, make_backup


class Command(BaseCommand):
    help = "Write a backup (database, documents, checkpoints, manifest of hashes) into an empty directory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = make_backup(options["directory"])
        except ArchiveRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for name, digest in manifest["files"].items():
            self.stdout.write(f"{digest}  {name}")
        self.stdout.write(self.style.SUCCESS(_("备份完成：%(path)s") % {"path": options["directory"]}))
