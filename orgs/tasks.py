"""What the worker is asked to do; each is one service call, safe to repeat."""

import logging

from celery import shared_task
from django.utils import timezone

from orgs.services.invitations import mail_waiting

log = logging.getLogger(__name__)


@shared_task
def mail_invitations() -> None:
    log.info("invitations mailed: %s", mail_waiting(timezone.now()))
