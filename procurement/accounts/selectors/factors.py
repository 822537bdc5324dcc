"""Who has a second factor and who must."""

from __future__ import annotations

from django.conf import settings

from procurement.access import Actor
from procurement.access.models import User
from procurement.access.roles import DECIDING
from procurement.accounts.models import RecoveryCode, SecondFactor


def has_factor(person: User) -> bool:
    return SecondFactor.objects.filter(person=person).exists()


def must_have_factor(actor: Actor) -> bool:
    """Roles that decide or pay (S-21); demo accounts only where the demo asks for it."""
    if settings.PORTAL["DEMO"] and not settings.PORTAL["DEMO_MFA"]:
        return False
    return bool(actor.roles & DECIDING)


def lacks_factor(actor: Actor) -> bool:
    return actor.user is not None and must_have_factor(actor) and not has_factor(actor.user)


def codes_left(person: User) -> int:
    return RecoveryCode.objects.filter(person=person, used_at__isnull=True).count()
