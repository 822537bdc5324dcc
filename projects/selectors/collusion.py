"""Applications in one guide that share what separate bidders would not (R-078; GPL regulations art. 74(4)).

Computed anew from kept data for the officer alone; a shared ground is a question, not an accusation.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.models import OrganizationKind
from orgs.selectors.supervision import current_affiliations
from procurement.access import Actor, Role
from procurement.documents.models import Document
from procurement.rules import implements
from projects.models import Application, Guide, SubmissionTrace
from projects.selectors.applications import NOT_COUNTED

#: Answers long enough that two bodies do not write the same by chance.
LONG_ANSWERS = ("need", "goals", "scheme", "schedule")
COMPARED_FILES = ("scheme", "budget_note")
SHORTEST_TEXT = 40


class Ground(models.TextChoices):
    UNION = "union", _("同属一个联合会或由其代理")
    CONTACT = "contact", _("联系人相同")
    PHONE = "phone", _("联系电话相同")
    BANK = "bank", _("收款账户相同")
    ADDRESS = "address", _("从同一网络地址提交")
    TEMPLATE = "template", _("申报文字或文件雷同")


@dataclass(frozen=True)
class Suspicion:
    """One ground shared by two bodies or more; ``key`` names what is shared without showing it."""

    ground: Ground
    key: str
    applications: tuple[Application, ...]

    @property
    def numbers(self) -> list[str]:
        return [application.number for application in self.applications]


def may_look(actor: Actor, guide: Guide) -> bool:
    """The office, its leading group, the purchaser's officer, and oversight."""
    return (
        actor.sees_everything
        or actor.holds(Role.LGO, guide.office_id)
        or actor.holds(Role.LG, guide.office_id)
        or actor.holds(Role.PU_BUY, guide.purchaser_id)
    )


@implements("R-078")
def suspicions(guide: Guide) -> list[Suspicion]:
    """Every ground two bodies share under the guide; six queries whatever the number of applications."""
    rows = list(_handed_in(guide))
    found: dict[tuple[Ground, str], dict[UUID, Application]] = defaultdict(dict)
    for ground, value, application in _facts(rows):
        found[ground, _key(ground, value)].setdefault(_body(application), application)
    return [
        Suspicion(ground, key, tuple(sorted(bodies.values(), key=lambda one: one.number)))
        for (ground, key), bodies in sorted(found.items(), key=lambda item: list(Ground).index(item[0][0]))
        if len(bodies) > 1
    ]


def suspicions_about(application: Application) -> list[Suspicion]:
    return [one for one in suspicions(application.guide) if application.number in one.numbers]


def _handed_in(guide: Guide) -> QuerySet[Application]:
    rows = Application.objects.filter(guide=guide).exclude(status__in=NOT_COUNTED)
    return rows.select_related("applicant", "proxy__executor")


def _body(application: Application) -> UUID:
    """Whose project it is; a union's projects for two groups come from two bodies."""
    proxy = getattr(application, "proxy", None)
    return proxy.executor_id if proxy else application.applicant_id


def _facts(rows: list[Application]) -> Iterator[tuple[Ground, str, Application]]:
    by_applicant = defaultdict(list)
    by_pk = {application.pk: application for application in rows}
    for application in rows:
        by_applicant[application.applicant_id].append(application)
        if getattr(application, "proxy", None):
            # What the union's own papers share is no surprise: it bids as one for its groups.
            yield Ground.UNION, str(application.applicant_id), application
            continue
        body: Any = application.applicant
        yield from _stated(body, application)
        yield from ((Ground.TEMPLATE, text, application) for text in _texts(application))
    unions = current_affiliations(timezone.localdate()).filter(
        member__in=by_applicant, hub__kind=OrganizationKind.UNION
    )
    for union, member in unions.values_list("hub_id", "member_id"):
        yield from ((Ground.UNION, str(union), application) for application in by_applicant[member])
    for pk, address in SubmissionTrace.objects.filter(application__in=by_pk).values_list(
        "application_id", "address_fingerprint"
    ):
        if not getattr(by_pk[pk], "proxy", None):
            yield Ground.ADDRESS, address, by_pk[pk]
    files = Document.objects.filter(subject_type="projects.application", subject_id__in=by_pk, kind__in=COMPARED_FILES)
    for pk, digest in files.values_list("subject_id", "sha256"):
        yield Ground.TEMPLATE, digest, by_pk[pk]


def _stated(body: Any, application: Application) -> Iterator[tuple[Ground, str, Application]]:
    for ground, value in (
        (Ground.CONTACT, body.contact_name),
        (Ground.PHONE, body.contact_phone_fingerprint),
        (Ground.BANK, body.bank_account_fingerprint),
    ):
        if value:
            yield ground, str(value), application


def _texts(application: Application) -> Iterator[str]:
    """Long answers without their spaces; the same words in two applications are the same template."""
    stack: list[Any] = [application.answers]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += [part for name, part in value.items() if isinstance(part, dict) or name in LONG_ANSWERS]
        elif isinstance(value, str):
            text = "".join(value.split())
            if len(text) >= SHORTEST_TEXT:
                yield text


def _key(ground: Ground, value: str) -> str:
    return hashlib.sha256(f"{ground}:{value}".encode()).hexdigest()
