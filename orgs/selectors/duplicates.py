"""Which records may be one body: compared by code, account, phone, head and name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Substr
from django.utils.functional import Promise

from orgs.models import Ground, Organization, Registration

#: From this share of common trigrams on two names are near-equal.
NEAR = 0.6
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
#: Where the organisation code stands in a credit code; it stays when the registry changes.
CODE_AT, CODE_LENGTH = 9, 9

#: Equal columns, each with the ground it is; sealed numbers are compared by their fingerprints.
_EQUAL: dict[Ground, str] = {
    Ground.CODE: f"substr({{}}.uscc, {CODE_AT}, {CODE_LENGTH})",
    Ground.ACCOUNT: "{}.bank_account_fingerprint",
    Ground.PHONE: "{}.contact_phone_fingerprint",
    Ground.REPRESENTATIVE: "{}.legal_representative",
}


@dataclass(frozen=True)
class FoundPair:
    first: UUID
    second: UUID
    grounds: list[str]


@dataclass(frozen=True)
class Suspect:
    """An organisation that may already be the one being registered."""

    organization: Organization
    grounds: list[str | Promise]


@transaction.atomic
def find_pairs(changed_since: datetime | None = None) -> list[FoundPair]:
    """Every suspect pair, or those with a record changed since; one statement.

    Names are compared within a province and only where the trigram index finds them near.
    """
    parts = [_equal(ground, column) for ground, column in _EQUAL.items()]
    parts.append(
        "SELECT a.id AS one, b.id AS other, 'name' AS ground FROM orgs_organization a JOIN orgs_organization b"
        " ON a.name %% b.name AND a.id <> b.id AND left(a.region_id, 2) = left(b.region_id, 2)"
        " WHERE a.merged_into_id IS NULL AND b.merged_into_id IS NULL AND a.updated_at >= %(since)s"
    )
    statement = (
        "SELECT least(one, other), greatest(one, other), array_agg(DISTINCT ground ORDER BY ground)"  # noqa: S608
        f" FROM ({' UNION ALL '.join(parts)}) pairs GROUP BY 1, 2 ORDER BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(NEAR)])
        cursor.execute(statement, {"since": changed_since or _EVER})
        return [FoundPair(*row) for row in cursor.fetchall()]


def suspects_for(asked: Registration) -> list[Suspect]:
    """Standing organisations that may be the one asking, the likeliest first; one query."""
    near = Q(likeness__gte=NEAR, region__code__startswith=asked.region_id[:2])
    code = asked.uscc[CODE_AT - 1 : CODE_AT - 1 + CODE_LENGTH]
    rows = (
        Organization.objects.filter(merged_into__isnull=True)
        .annotate(likeness=TrigramSimilarity("name", asked.name), inner_code=Substr("uscc", CODE_AT, CODE_LENGTH))
        .filter(
            near
            | Q(inner_code=code)
            | Q(legal_representative=asked.head_name)
            | Q(contact_phone_fingerprint=asked.contact_phone_fingerprint)
        )
        .select_related("region__parent__parent")
    )
    suspects = [Suspect(row, _grounds(asked, row, code)) for row in rows[:20]]
    return sorted(suspects, key=lambda suspect: -len(suspect.grounds))


def _equal(ground: Ground, column: str) -> str:
    one, other = column.format("a"), column.format("b")
    return (
        f"SELECT a.id AS one, b.id AS other, '{ground.value}' AS ground FROM orgs_organization a"  # noqa: S608
        f" JOIN orgs_organization b ON {one} = {other} AND a.id <> b.id"
        f" WHERE {one} <> '' AND a.merged_into_id IS NULL AND b.merged_into_id IS NULL AND a.updated_at >= %(since)s"
    )


def _grounds(asked: Registration, row: Organization, code: str) -> list[str | Promise]:
    found = {
        Ground.CODE: row.inner_code == code,  # type: ignore[attr-defined]
        Ground.PHONE: row.contact_phone_fingerprint == asked.contact_phone_fingerprint,
        Ground.REPRESENTATIVE: row.legal_representative == asked.head_name,
        Ground.NAME: row.likeness >= NEAR,  # type: ignore[attr-defined]
    }
    return [ground.label for ground, holds in found.items() if holds]
