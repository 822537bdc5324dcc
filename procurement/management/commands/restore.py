from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from procurement.management.archive import ArchiveRefused, restore_backup


class Command(BaseCommand):
    help = "Put a backup back, bring its schema up to this code and check the journal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--replace", action="store_true", help="overwrite what is there now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore_backup(options["directory"], replace=options["replace"])
        except ArchiveRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(self.style.SUCCESS(_("已恢复 %(at)s 的备份。") % {"at": manifest["made_at"]}))
        call_command("audit_verify")
