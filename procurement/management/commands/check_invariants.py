"""Ask every invariant over everything; exit 0 only when all of them hold."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from procurement.invariants import Broken, check, invariants


class Command(BaseCommand):
    help = "Check what must hold of the data whatever happened; every sentence that fails is named with its offenders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", help="ids to check; all when none is given")
        parser.add_argument("--quick", action="store_true", help="leave out what reads files or recomputes hashes")

    def handle(self, *args: Any, ids: list[str], quick: bool = False, **options: Any) -> None:
        known = {one.id: one for one in invariants()}
        unknown = sorted(set(ids) - set(known))
        if unknown:
            raise CommandError(_("没有这些检查项：%(ids)s") % {"ids": "、".join(unknown)}, returncode=2)
        chosen = [one for one in known.values() if (not ids or one.id in ids) and not (quick and one.slow)]
        began = monotonic()
        broken = [self._ask(one) for one in chosen]
        failed = [found for found in broken if found is not None]
        if failed:
            raise CommandError(
                _("%(failed)d 项不成立，共检查 %(all)d 项。") % {"failed": len(failed), "all": len(chosen)}
            )
        self.stdout.write(
            self.style.SUCCESS(
                _("全部 %(all)d 项成立，用时 %(seconds).1f 秒。") % {"all": len(chosen), "seconds": monotonic() - began}
            )
        )

    def _ask(self, one: Any) -> Broken | None:
        found = check(one)
        self.stdout.write(f"{'OK ' if found is None else 'BAD'} {one.id} {one.sentence}")
        if found is not None:
            for offender in found.offenders:
                self.stdout.write(f"      {offender}")
            if found.more:
                self.stdout.write("      …")
        return found
