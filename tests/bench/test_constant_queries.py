"""A list asks the database as often for three hundred rows as for three, and never more than twelve times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import Organization, OrganizationKind
from procurement.access.models import User
from procurement.bench.scale.cast import Cast
from procurement.bench.scale.growing import own_dates
from procurement.lifecycle.models import LifecycleModel
from procurement.notices.models import Message, Outbox
from projects.models import Application, Guide, Publicity
from tests.bench.conftest import NOW

FEW, MANY = 3, 300
MOST_QUERIES = 12
#: Account, address, and what must be on the page as often as there are rows.
LISTS = (
    ("org1", "applications"),
    ("hub", "applications"),
    ("office", "applications"),
    ("auditor", "applications"),
    ("hub", "applications-awaiting"),
    ("", "guides"),
    ("office", "guides"),
    ("", "contracts"),
    ("", "publicities"),
    ("office", "publicities"),
    ("", "organization-list"),
    ("office", "organization-list"),
    ("", "public-projects"),
    ("office", "envelope-list"),
    ("org1", "inbox"),
    ("", "hub-network"),
    ("", "hub-recognitions"),
    ("office", "hub-comparison"),
    ("union", "filings"),
    ("union", "custody-ledgers"),
)
#: The worklist gathers from every app that has something for the role, so it may ask more, but always as much.
WORKLISTS = ("hub", "office", "civil", "org1", "treasury", "district")


@pytest.fixture
def browsers(now: object) -> dict[str, Client]:
    clients = {"": Client()}
    for account in {*(account for account, _name in LISTS), *WORKLISTS} - {""}:
        clients[account] = Client()
        clients[account].force_login(
            User.objects.get(username=account), backend="django.contrib.auth.backends.ModelBackend"
        )
    return clients


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(captured)


def counts(browsers: dict[str, Client]) -> dict[tuple[str, str], int]:
    pages = [*LISTS, *((account, "worklist") for account in WORKLISTS)]
    return {(account, name): queries(browsers[account], reverse(name)) for account, name in pages}


def fill(cast: Cast, first: int, last: int) -> None:
    """Rows that projects do not bring along: guides, lists, organisations, letters."""
    pattern = Guide.objects.filter(status="decided").first() or Guide.objects.all()[0]
    notice = Publicity.objects.all()[0]
    person = User.objects.get(username="org1")
    numbers = range(first, last)
    with own_dates(LifecycleModel.__subclasses__()):
        Guide.objects.bulk_create(copies(pattern, "ZN-T", numbers))
        Publicity.objects.bulk_create(copies(notice, "GS-T", numbers))
    Organization.objects.bulk_create(
        Organization(
            name=f"第{n}家社区组织",
            sort_key=f"di {n:04d}",
            kind=OrganizationKind.COMMUNITY,
            region=cast.bodies["org1"].region,
        )
        for n in numbers
    )
    letters = Outbox.objects.bulk_create(
        Outbox(recipient=person, template="t", key=f"t{n}", channel="inbox", state="delivered") for n in numbers
    )
    Message.objects.bulk_create(
        Message(outbox=letter, recipient=person, title=letter.key, created_at=NOW - timedelta(minutes=n))
        for n, letter in enumerate(letters)
    )


def copies(pattern: Guide | Publicity, prefix: str, numbers: range) -> list[Guide | Publicity]:
    made = []
    for n in numbers:
        copy = type(pattern)(
            **{
                field.attname: getattr(pattern, field.attname)
                for field in pattern._meta.concrete_fields
                if not field.primary_key
            }
        )
        copy.number, copy.case, copy.created_at = f"{prefix}{n:04d}", None, NOW - timedelta(hours=n)
        made.append(copy)
    return made


def test_lists_ask_as_often_for_three_hundred_rows_as_for_three(
    browsers: dict[str, Client], stand: Callable[..., None], cast: Cast
) -> None:
    states = ("submitted", "endorsed", "archived")
    for status in states:
        stand(FEW, status)
    fill(cast, 0, FEW)
    few = counts(browsers)
    for status in states:
        stand(MANY - FEW if status != "endorsed" else 60, status)
    fill(cast, FEW, MANY)
    many = counts(browsers)

    assert Application.objects.count() > 2 * MANY
    grown = {page: (few[page], many[page]) for page in few if many[page] != few[page]}
    assert grown == {}
    assert {page: n for page, n in many.items() if page[1] != "worklist" and n > MOST_QUERIES} == {}
