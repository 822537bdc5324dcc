"""Which other applications an application resembles, and why one should look (R-041, R-042).

The database proposes a bounded set over its indexes; the texts of these are compared by pairs of signs (bigrams).
Title and summary are compared, not the long sections: those are full of phrases everybody copies.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.rules import implements
from projects.models import Application
from projects.models.application import PUBLIC_APPLICATION_STATES
from projects.selectors.applications import FUNDED, already_funded, overlapping

#: Alike enough to be looked at by itself; and alike enough when the bodies behind are the same.
TWINS, TWINS_OF_ONE_BODY = 0.5, 0.35
#: Above this two texts are one, whatever else is common in the field.
ONE_TEXT = 0.8
#: A pair of signs that more than this share of the compared texts have says nothing.
COMMON, MANY = 0.4, 8
MOST_CANDIDATES = 200
#: Refused, withdrawn or not yet handed in: nobody would pay for these.
WITHOUT_MONEY = (
    "draft", "withdrawn", "not_endorsed", "precheck_failed", "not_selected", "withdrawn_by_office", "terminated",
    "closed_failed",
)  # fmt: skip


@dataclass(frozen=True)
class Resemblance:
    """Another application and every reason why it was found."""

    other: Application
    likeness: float
    reasons: tuple[str, ...]
    same_body: bool
    other_department: bool

    @property
    def percent(self) -> int:
        return round(self.likeness * 100)

    @property
    def is_public(self) -> bool:
        """Whether the applicant may be told which one it is."""
        return self.other.status in PUBLIC_APPLICATION_STATES

    @property
    def is_funded(self) -> bool:
        return self.other.status in FUNDED


@implements("R-041")
def resemblances(application: Application) -> list[Resemblance]:
    """What this application resembles, the most alike first; four queries, whatever the size of the portal."""
    if not (application.starts_on and application.ends_on and application.title):
        return []
    family = _family(application.applicant)
    candidates = _candidates(application, set(family))
    likeness = likenesses(_text(application), [_text(other) for other in candidates])
    found = [
        hit
        for other, alike in zip(candidates, likeness, strict=True)
        if (hit := _judge(application, other, alike, family)) is not None
    ]
    return sorted(found, key=lambda hit: (-hit.likeness, hit.other.number))


def _candidates(application: Application, family: set[object]) -> list[Application]:
    wanted = Q(applicant__in=family) | Q(title__trigram_similar=application.title)
    if application.place:
        wanted |= Q(place__iexact=application.place.strip())
    if application.category and application.beneficiary_groups:
        groups = Q(beneficiary_groups__overlap=application.beneficiary_groups)
        wanted |= Q(category__code=application.category.code) & groups
    rows: QuerySet[Application] = overlapping(application).exclude(status__in=WITHOUT_MONEY).filter(wanted)
    rows = rows.select_related("applicant", "guide__office", "category", "hub").defer("answers")
    return list(rows.order_by("-created_at", "id")[:MOST_CANDIDATES])


def _family(applicant: Organization) -> dict[object, str]:
    """Bodies that share an account, a telephone or a representative with the applicant, and what they share."""
    ties = Q(pk=applicant.pk)
    marks = (
        ("bank_account_fingerprint", _("银行账号相同")),
        ("contact_phone_fingerprint", _("联系电话相同")),
        ("legal_representative", _("法定代表人同名")),
    )
    for name, _label in marks:
        if value := getattr(applicant, name):
            ties |= Q(**{name: value})
    found: dict[object, str] = {}
    for body in Organization.objects.filter(ties)[:50]:
        shared = [str(label) for name, label in marks if getattr(body, name) and _same(body, applicant, name)]
        found[body.pk] = _("同一申报单位") if body.pk == applicant.pk else "、".join(shared)
    return found


def _same(one: Organization, other: Organization, name: str) -> bool:
    return bool(getattr(one, name) == getattr(other, name))


def _judge(application: Application, other: Application, alike: float, family: dict[object, str]) -> Resemblance | None:
    tie = family.get(other.applicant_id, "")
    there = _same_service_there(application, other)
    if alike < (TWINS_OF_ONE_BODY if tie else TWINS) and not there:
        return None
    reasons = [tie] if tie else []
    if alike >= TWINS_OF_ONE_BODY:
        reasons.append(_("名称和简介相似度%(percent)s%%") % {"percent": round(alike * 100)})
    if there:
        reasons.append(_("同一地点、同类服务、同一人群"))
    if application.hub_id and application.hub_id == other.hub_id:
        reasons.append(_("同一主责单位推荐"))
    apart = application.guide.office_id != other.guide.office_id
    reasons.append(_("实施期重叠，由其他部门购买") if apart else _("实施期重叠"))
    return Resemblance(other, alike, tuple(reasons), other.applicant_id == application.applicant_id, apart)


def _same_service_there(application: Application, other: Application) -> bool:
    """Same place, category and recipients; a street alone, or a category alone, is no resemblance."""
    if not (application.place and application.category and other.category):
        return False
    return (
        application.place.strip().casefold() == other.place.strip().casefold()
        and application.category.code == other.category.code
        and bool(set(application.beneficiary_groups) & set(other.beneficiary_groups))
    )


def _text(application: Application) -> str:
    return f"{application.title} {application.summary}"


def likenesses(text: str, others: list[str]) -> list[float]:
    """How alike each other text is, from 0 to 1 (Dice over bigrams).

    In a larger field pairs of signs that many texts share are left out, so that a template's phrases bind nobody;
    texts that are practically one keep their likeness all the same, or a whole mill of copies would hide itself.
    """
    mine, theirs = bigrams(text), [bigrams(other) for other in others]
    common: set[str] = set()
    if len(theirs) >= MANY:
        counted = Counter(pair for pairs in theirs for pair in pairs)
        common = {pair for pair, times in counted.items() if times > COMMON * len(theirs)}
    found = []
    for pairs in theirs:
        whole = dice(mine, pairs)
        found.append(whole if whole >= ONE_TEXT else dice(mine - common, pairs - common))
    return found


def bigrams(text: str) -> set[str]:
    """Pairs of neighbouring signs; widths, spaces and punctuation do not matter."""
    signs = "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
    return {signs[at : at + 2] for at in range(len(signs) - 1)}


def dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


@implements("R-042")
def funded_already(application: Application) -> list[Application]:
    """Projects of the same body, paid for and still running, that are this one again; less what finance excepted.

    The same title, or the same kind of service in the same place, or the same text under another title.
    """
    again = [
        hit.other for hit in resemblances(application) if hit.same_body and hit.is_funded and hit.likeness >= TWINS
    ]
    found = {other.pk: other for other in (*already_funded(application), *again)}
    excepted = set(application.second_fundings.granted().values_list("other_id", flat=True))
    return [other for key, other in found.items() if key not in excepted]


def shown_to_applicant(hits: Iterable[Resemblance]) -> tuple[list[Resemblance], int]:
    """(those whose names the applicant may read: its own and public ones, how many others there are)."""
    rows = list(hits)
    named = [hit for hit in rows if hit.is_public or hit.same_body]
    return named, len(rows) - len(named)
