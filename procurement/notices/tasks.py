"""What the worker is asked to do; each is one service call, safe to repeat."""

import logging

from celery import shared_task

from procurement.notices.services.dispatch import dispatch_batch
from procurement.notices.services.sweep import sweep_due

log = logging.getLogger(__name__)


@shared_task
def dispatch() -> None:
    handled = dispatch_batch()
    log.info("notices handled: %s", handled)


@shared_task
def sweep() -> None:
    ran = sweep_due()
    log.info("sweeps run: %s", ", ".join(ran) or "none")
