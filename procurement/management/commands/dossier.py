"""Write the audit dossier of one case into a file, or check one found elsewhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils.translation import gettext as _

from procurement.documents import RenderFailed
from procurement.dossier.binding import NotADossier, unbind
from procurement.dossier.content import build
from procurement.dossier.file import NoDossier
from procurement.dossier.making import draw_up
from procurement.lifecycle.models import Case


class Command(BaseCommand):
    help = (
        "Write the audit dossier of a case as one PDF (-o), or check a dossier against the case as it stands (--check)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", help="number or uuid of the case")
        wanted = parser.add_mutually_exclusive_group(required=True)
        wanted.add_argument("-o", "--output", type=Path, metavar="FILE.pdf")
        wanted.add_argument("--check", type=Path, metavar="FILE.pdf")

    def handle(self, *args: Any, case: str, **options: Any) -> None:
        found = _case(case)
        try:
            if options["check"]:
                self._check(found, options["check"])
            else:
                self._write(found, options["output"])
        except (NoDossier, NotADossier, RenderFailed, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal

    def _write(self, case: Case, output: Path) -> None:
        dossier, paper = draw_up(case, progress=self._say)
        output.write_bytes(paper)
        self.stdout.write(f"{dossier.content_hash}  {output}")

    def _check(self, case: Case, file: Path) -> None:
        bound = unbind(file.read_bytes())
        if not bound.is_genuine:
            raise CommandError(_("卷宗签名无效：内容被改动，或者不是本平台签署。"))
        if bound.case_number != case.number:
            raise CommandError(_("卷宗属于案卷 %(number)s。") % {"number": bound.case_number})
        if bound.content_hash != build(case).content_hash:
            raise CommandError(_("卷宗真实，但案卷在其后有变化，当前内容与卷宗不同。"), returncode=2)
        self.stdout.write(_("卷宗真实，且与案卷当前内容一致：%(hash)s") % {"hash": bound.content_hash})

    def _say(self, percent: int, step: str) -> None:
        """To the error stream, so that the hash is all the output there is."""
        self.stderr.write(f"{percent:3d} % {step}")


def _case(wanted: str) -> Case:
    """By number or by uuid."""
    try:
        query = Q(pk=UUID(wanted))
    except ValueError:
        query = Q(number__iexact=wanted)
    case = Case.objects.select_related("template", "rule_set").filter(query).first()
    if case is None:
        raise CommandError(_("没有案卷 %(case)s。") % {"case": wanted})
    return case
