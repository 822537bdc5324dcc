"""Setting up, checking and giving up a second factor (S-21)."""

from __future__ import annotations

import base64
import hmac
import io
import secrets
from dataclasses import dataclass

import pyotp
import qrcode
import qrcode.image.svg
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor
from procurement.access.models import User
from procurement.accounts.models import RecoveryCode, SecondFactor
from procurement.accounts.services.passwords import one_try_at_a_time
from procurement.privacy import fingerprint
from procurement.rules import Refusal, RuleViolation, implements

STEP_SECONDS = 30
#: Steps before and after the present one that are accepted: clocks of telephones go wrong.
DRIFT = 1
CODES = 10
#: Without letters and digits that are read for one another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Enrolment:
    """A secret shown but not yet proven to have arrived in the authenticator."""

    secret: str
    qr: str

    @property
    def spaced(self) -> str:
        """In groups of four, for typing by hand."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


def new_secret() -> str:
    return pyotp.random_base32()


def enrolment(person: User, secret: str) -> Enrolment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=str(settings.PORTAL["SITE_NAME"]))
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=4)
    code.add_data(uri)
    drawn = io.BytesIO()
    code.make_image(image_factory=qrcode.image.svg.SvgPathFillImage).save(drawn)
    return Enrolment(secret, "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode())


@transaction.atomic
@implements("S-21")
def set_up(*, actor: Actor, secret: str, code: str) -> list[str]:
    """Switch the authenticator on once it has shown a right code; returns new recovery codes, shown this once."""
    step = _matching_step(secret, code, after=0)
    if step is None:
        raise RuleViolation([Refusal("S-21", _("验证码不正确，请核对手机时间后输入当前显示的 6 位数字"))])
    factor, _new = SecondFactor.objects.update_or_create(
        person=actor.person, defaults={"secret": secret, "last_step": step, "confirmed_at": timezone.now()}
    )
    _journal(actor, "factor.set_up", factor.person)
    return renew_codes(actor=actor)


@transaction.atomic
def renew_codes(*, actor: Actor) -> list[str]:
    """Ten new codes; those before are void from now on."""
    person = actor.person
    RecoveryCode.objects.filter(person=person).delete()
    codes = ["-".join(_letters(5) for _part in range(2)) for _code in range(CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(person=person, digest=_digest(person, code)) for code in codes])
    _journal(actor, "factor.codes", person)
    return codes


@transaction.atomic
def remove(*, actor: Actor) -> None:
    _take_off(actor.person)
    _journal(actor, "factor.remove", actor.person)


@transaction.atomic
def reset_for(person: User, *, reason: str) -> None:
    """By the operator of the installation, for a person whose identity was checked some other way."""
    _take_off(person)
    audit.record(action="factor.reset", subject=f"access.user:{person.pk}", body={"reason": reason.strip()})


def _take_off(person: User) -> None:
    SecondFactor.objects.filter(person=person).delete()
    RecoveryCode.objects.filter(person=person).delete()


def check_code(request: HttpRequest, person: User, code: str) -> bool:
    """A code of the authenticator or one from paper, each good once. Wrong ones count towards the lock-out."""
    credentials = {"username": person.get_username()}
    with one_try_at_a_time(person.get_username()):
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out = True  # type: ignore[attr-defined]
            return False
        if _accept(person, code):
            return True
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return False


def _accept(person: User, code: str) -> bool:
    plain = "".join(code.split()).upper().replace("-", "").replace("－", "")
    if plain.isdigit() and len(plain) == 6:
        return _accept_totp(person, plain)
    return _accept_recovery(person, plain)


def _accept_totp(person: User, code: str) -> bool:
    factor = SecondFactor.objects.select_for_update().filter(person=person).first()
    step = _matching_step(factor.secret, code, after=factor.last_step) if factor else None
    if factor is None or step is None:
        return False
    factor.last_step = step
    factor.save(update_fields=["last_step"])
    return True


def _accept_recovery(person: User, code: str) -> bool:
    unused = RecoveryCode.objects.filter(person=person, digest=_digest(person, code), used_at__isnull=True)
    if not unused.update(used_at=timezone.now()):
        return False
    audit.record(
        actor_id=person.pk, actor_label="", action="factor.code_used", subject=f"access.user:{person.pk}", body={}
    )
    return True


def _matching_step(secret: str, code: str, *, after: int) -> int | None:
    """The time step whose code this is, later than the last one accepted."""
    totp, now = pyotp.TOTP(secret), int(timezone.now().timestamp()) // STEP_SECONDS
    plain = "".join(code.split())
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and hmac.compare_digest(totp.at(step * STEP_SECONDS), plain):
            return step
    return None


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _each in range(count))


def _digest(person: User, code: str) -> str:
    return fingerprint("exact", f"{person.pk}:{code.replace('-', '')}")


def _journal(actor: Actor, action: str, person: User) -> None:
    audit.record(actor_id=actor.id, actor_label=actor.label, action=action, subject=f"access.user:{person.pk}", body={})
