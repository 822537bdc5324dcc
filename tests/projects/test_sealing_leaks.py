"""Before the opening nobody meets a bid, a name, a count or an instant: the same pages with none and with three (G3, G11).

Every address of the portal is opened as a rival, a judge, an official, an overseer and an administrator, in a world
without bids and again with three, and the answers are compared byte by byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from procurement.access import Actor, Role, actor_for
from procurement.audit.models import AuditEvent
from procurement.documents.models import Document
from procurement.notices.services.dispatch import dispatch_batch
from projects.models import Bid, BidRoom, KeyCustodian, Procedure, SealedDraft, SealedReceipt, SealedSubmission
from projects.models.sealed_bids import BidRoomQuerySet
from projects.selectors.sealing import rooms_not_in
from tests.factories import make_actor, make_expert, make_organization, make_social_organization
from tests.factories.procedures import make_procedure
from tests.factories.sealing import close, let_deadline_pass, make_keys, seal_bids

pytestmark = pytest.mark.django_db
NAMES = ("朝霞社工事务所", "晨曦社区服务社", "暖阳为老服务中心")
#: What differs from one answer to the next whatever is in the world.
VARIES = re.compile(
    rb"csrfmiddlewaretoken\" value=\"[^\"]+\"|nonce=\"[^\"]+\"|nonce-[\w+/=-]+|name=\"(?:request_id|idem)\"[^>]*value=\"[^\"]+\""
    rb"|value=\"[0-9a-f-]{36}\"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?|(?:user|\xe5\xbc\xa0|\xe6\xb5\x8b\xe8\xaf\x95\xe5\x8d\x95\xe4\xbd\x8d)\d+|\d+(?:\.\d+)? ?(?:s|ms|\xe7\xa7\x92|\xe5\xb0\x8f\xe6\x97\xb6|\xe5\x88\x86\xe9\x92\x9f)"
)
#: One's own sessions and codes differ every time; files that never change.
SKIPPED = ("/accounts/", "/demo/", "/i18n/", "/static/", "/media/", "/healthz")


def addresses(keys: dict[str, str]) -> tuple[list[str], list[str]]:
    """(addresses about the procedure or a bid, every other address that needs no key).

    A key is filled in with the id an insider might have read in the database. What needs the key of something else
    (a contract, a need) cannot be about a bid.
    """
    near, far = set(), set()
    for route in _routes(get_resolver()):
        if "bid" in route or "procedure" in route or "open_data" in route or "<str:lifecycle>" in route:
            near |= {_filled(route, key) for key in (_bid_keys(keys) if "bid" in route else [keys["procedure"]])}
        elif "<" not in route and "(" not in route:
            far.add("/" + route)
    return sorted(path for path in near if "(" not in path), sorted(p for p in far if not p.startswith(SKIPPED))


def _bid_keys(keys: dict[str, str]) -> list[str]:
    return [keys[name] for name in ("room", "receipt", "submission")]


def _filled(route: str, key: str) -> str:
    return "/" + re.sub(r"<[^>]+>", lambda match: _fill(match.group(), key), route)


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from _routes(entry, route)


def _fill(part: str, key: str) -> str:
    kind = part.strip("<>").partition(":")[0]
    return {"uuid": key, "int": "1"}.get(kind, "procedure")


def answers(people: dict[str, Actor], paths: list[str]) -> dict[tuple[str, str], tuple[int, bytes]]:
    found = {}
    for who, actor in people.items():
        client = Client()
        if actor.user is not None:
            client.force_login(actor.user)
        for path in paths:
            answer = client.get(path, {"q": NAMES[0]} if "search" in path else {})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found[who, path] = (answer.status_code, VARIES.sub(b"", body))
    return found


class World:
    """One procedure in bidding, its people, and the ids by which bids will be known."""

    def __init__(self) -> None:
        self.procedure = make_procedure("bidding")
        make_keys(self.procedure)
        self.bidders = [make_social_organization(name=name) for name in NAMES]
        bystander = make_social_organization(name="路人社工机构")
        custodian = KeyCustodian.objects.filter(procedure=self.procedure)[1]
        self.people = {
            "rival": make_actor(Role.ORG_H, bystander),
            "judge": make_actor(Role.EXP, user=make_expert().person),
            "official": make_actor(Role.PU_BUY, self.procedure.purchaser),
            "overseer": actor_for(custodian.person),
            "administrator": make_actor(Role.SYS, make_organization()),
            "visitor": Actor(user=None),
        }

    def bid(self) -> None:
        seal_bids(self.procedure, 3, bidders=self.bidders)

    def keys(self) -> dict[str, str]:
        """Ids an insider might have read in the database; in an empty world, any."""
        rows = {
            "procedure": self.procedure.pk,
            "lot": self.procedure.lots.get().pk,
            "room": _first(BidRoom),
            "draft": _first(SealedDraft),
            "submission": _first(SealedSubmission),
            "receipt": _first(SealedReceipt),
        }
        return {name: str(key) for name, key in rows.items()}


def _first(model: Any) -> UUID:
    row = model.objects.first()
    return row.pk if row else uuid4()


def shape(path: str, keys: dict[str, str]) -> str:
    """The address with the names of its keys, so that two worlds can be compared."""
    for name, key in keys.items():
        path = path.replace(key, name)
    return path


def seen(world: World) -> dict[tuple[str, str], tuple[int, bytes]]:
    """What everybody is answered near the procedure, and those who see most everywhere else."""
    keys = world.keys()
    near, far = addresses(keys)
    insiders = {who: world.people[who] for who in ("official", "overseer")}
    found = answers(world.people, near) | answers(insiders, far)
    return {(who, shape(path, keys)): (status, _without(body, keys)) for (who, path), (status, body) in found.items()}


def _without(body: bytes, keys: dict[str, str]) -> bytes:
    for name, key in keys.items():
        body = body.replace(key.encode(), name.encode())
    return body


def differences(before: dict[Any, Any], after: dict[Any, Any]) -> list[Any]:
    assert before.keys() == after.keys()
    return [
        (*where, _first_difference(before[where], after[where])) for where in before if before[where] != after[where]
    ]


def _first_difference(before: tuple[int, bytes], after: tuple[int, bytes]) -> str:
    old, new = before[1], after[1]
    place = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    return f"{before[0]} {old[place - 40 : place + 60]!r} -> {after[0]} {new[place - 40 : place + 60]!r}"


def test_nobody_can_tell_none_from_three_while_bids_are_sealed() -> None:
    world = World()
    events, documents, letters = AuditEvent.objects.count(), Document.objects.count(), len(mail.outbox)
    empty = seen(world)
    after_crawl = AuditEvent.objects.count()
    world.bid()
    assert AuditEvent.objects.count() == after_crawl >= events
    assert Document.objects.count() == documents
    full = seen(world)
    assert differences(empty, full) == []
    near = [body for (_who, path), (_status, body) in full.items() if path.startswith(("/procedures/", "/bid"))]
    assert not any(name.encode() in body for body in near for name in NAMES)
    dispatch_batch()
    assert len(mail.outbox) == letters
    assert len(full) > 400


def test_control_a_scope_left_open_shows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BidRoomQuerySet, "visible_to", lambda self, actor: self.all())
    world = World()
    keys = {**world.keys(), "room": str(uuid4())}
    path = f"/bid-rooms/{keys['room']}/"
    assert answers({"rival": world.people["rival"]}, [path])["rival", path][0] == 404
    world.bid()
    path = f"/bid-rooms/{world.keys()['room']}/"
    status, body = answers({"rival": world.people["rival"]}, [path])["rival", path]
    assert status == 200
    assert any(name.encode() in body for name in NAMES)


def test_the_root_published_at_the_deadline_does_not_tell_how_many() -> None:
    """With none and with three: one root of 64 digits each, never the root of the empty tree, and no list."""
    pages = []
    for many in (0, 3):
        procedure = make_procedure("bidding")
        seal_bids(procedure, many)
        let_deadline_pass(procedure)
        close(procedure)
        supervisor = Client()
        supervisor.force_login(make_actor(Role.FIN_SUP, procedure.finance).person)
        page = supervisor.get(f"/procedures/{procedure.pk}/opening/").content
        page = page.replace(str(procedure.pk).encode(), b"").replace(procedure.title.encode(), b"")
        pages.append(re.sub(rb"[0-9a-f]{64}", b"ROOT", VARIES.sub(b"", page.replace(procedure.number.encode(), b""))))
    assert pages[0].count(b"ROOT") == pages[1].count(b"ROOT") == 1
    assert len(pages[0]) == len(pages[1])


def test_own_people_find_their_room_and_only_theirs() -> None:
    world = World()
    world.bid()
    head = make_actor(Role.ORG_H, world.bidders[0])
    assert BidRoom.objects.visible_to(head).count() == 1
    assert rooms_not_in(head) == []
    for who, actor in world.people.items():
        assert not BidRoom.objects.visible_to(actor).exists(), who
        assert not SealedReceipt.objects.visible_to(actor).exists(), who
        assert not SealedDraft.objects.visible_to(actor).exists(), who
        assert not Bid.objects.visible_to(actor).exists(), who
    assert Procedure.objects.filter(deadline_at__gt=timezone.now() + timedelta(days=1)).exists()
