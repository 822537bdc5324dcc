import sys
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.bench.scale import ScaleRefused, analyse, grow, network

WIDTH = 40


class Command(BaseCommand):
    help = "Make sure that this many generated projects stand beside the demo world; those already there count."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--projects", type=int, default=2000, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["projects"] < 1:
            raise CommandError(_("项目数须为正整数。"))
        self.began, self.shown = monotonic(), -1
        try:
            growth = grow(options["projects"], now=timezone.now(), tell=self._bar)
        except ScaleRefused as refused:
            raise CommandError(str(refused)) from refused
        hubs = network.spread()
        with connection.cursor() as cursor:
            analyse(cursor)
        if hubs:
            self.stdout.write(_("新增 %(n)s 家枢纽。") % {"n": hubs})
        if not growth.added:
            self.stdout.write(_("已有 %(n)s 个规模项目，无须补充。") % {"n": growth.before})
            return
        self.stdout.write(
            self.style.SUCCESS(
                _("新增 %(added)s 个项目（%(rows)s 行），用时 %(seconds).1f 秒。")
                % {"added": growth.added, "rows": growth.rows, "seconds": growth.seconds}
            )
        )

    def _bar(self, done: int, wanted: int) -> None:
        """One line that grows on a terminal, a line for each tenth in a log."""
        tenth = done * 10 // wanted
        speed = done / max(monotonic() - self.began, 0.001)
        filled = done * WIDTH // wanted
        text = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{wanted}  {speed:.0f}/s"
        if sys.stdout.isatty():
            self.stdout.write(f"\r{text}", ending="\n" if done == wanted else "")
        elif tenth != self.shown:
            self.shown = tenth
            self.stdout.write(text)
        self.stdout.flush()
