"""Every lifecycle × state × row × role: allowed, or refused with the sentence that belongs there.

The tables are the registered ones, the objects come from a played case (specimens.py), the people hold exactly one
role, in the right body and then in a foreign one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from orgs.models import Organization
from procurement.access import Actor, Role, Seat
from procurement.access.models import User
from procurement.lifecycle.definition import By, Lifecycle, Transition, lifecycle_named, lifecycles
from procurement.lifecycle.engine import available, database_now, refusals, system_actor
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import Refusal, registry
from tests.factories import make_user
from tests.lifecycle import specimens

pytestmark = pytest.mark.django_db

TABLES = list(lifecycles())
STATES = [(table.name, state.code) for table in TABLES for state in table.states]
#: Whose pages everybody may open once they are published.
PUBLIC = {
    "award",
    "budget_line",
    "catalogue",
    "demand",
    "consortium",
    "credit",
    "envelope",
    "guide",
    "hub_recognition",
    "need",
    "official_notice",
    "procedure",
    "publicity",
    "rubric",
    "supply",
}


class World:
    """The played objects, a person without any past, and the clock read once."""

    def __init__(self) -> None:
        self.objects = specimens.play()
        self.newcomer, self.stranger = make_user("newcomer"), make_user("stranger")
        self.clock = system_actor()
        self.at = database_now()
        with connection.cursor() as cursor:
            # What waits for the commit is done now, or every test would do it again before it is taken back.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def in_state(self, name: str, state: str) -> LifecycleModel:
        obj = self.objects[name]
        obj.status = state
        return obj


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Played once for all cells, and taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def found(obj: Any, path: str) -> Any:
    try:
        return attrgetter(path)(obj)
    except AttributeError:
        return None


def key(thing: Any) -> UUID | None:
    return getattr(thing, "pk", thing)


def holder(world: World, who: By, obj: LifecycleModel) -> Actor | None:
    """Somebody with exactly this role in the body, or as the person, the table names; None when nobody has the part."""
    if who.role == Role.SYS:
        return world.clock
    user: User | None = world.newcomer
    if who.person:
        user = User.objects.filter(pk=key(found(obj, who.person))).first()
    body = key(found(obj, who.of)) if who.of else uuid4()
    return Actor(user=user, seats=(Seat(who.role, body, "本单位"),)) if user and body else None


def foreigner(world: World, who: By, obj: LifecycleModel) -> Actor | None:
    """The same role in another body, or another person in the same role; None where the role alone entitles."""
    if who.role == Role.SYS:
        return Actor(user=world.stranger, seats=(Seat(Role.SYS, uuid4(), "别的单位"),))
    if not (who.of or who.person):
        return None
    body = uuid4() if who.of else (key(found(obj, who.of)) if who.of else uuid4())
    return Actor(user=world.stranger, seats=(Seat(who.role, body, "别的单位"),))


def outsider(world: World, table: Lifecycle, row: Transition, role: Role, obj: LifecycleModel) -> Actor:
    """A role the row does not name, in every body that has any part in this object."""
    paths = {who.of for each in table.transitions for who in (*each.by, *each.tells) if who.of}
    bodies = {body for path in paths if (body := key(found(obj, path)))} or {uuid4()}
    return Actor(user=world.newcomer, seats=tuple(Seat(role, body, "有关单位") for body in bodies))


def everybody(
    world: World, table: Lifecycle, row: Transition, obj: LifecycleModel
) -> Iterator[tuple[Role, Actor, bool]]:
    """Every role once or more: (role, person, whether the row is theirs)."""
    for role in Role:
        named = [who for who in row.by if who.role == role]
        if not named:
            yield role, outsider(world, table, row, role, obj), False
        for who in named:
            if (actor := holder(world, who, obj)) is not None:
                yield role, actor, True
            if (actor := foreigner(world, who, obj)) is not None:
                yield role, actor, False


def one_of_each(
    world: World, table: Lifecycle, row: Transition, obj: LifecycleModel
) -> Iterator[tuple[Role, Actor, bool]]:
    """The first whose row it is, the first of the same role elsewhere, the first of another role."""
    met = set()
    for role, actor, is_theirs in everybody(world, table, row, obj):
        sort = (is_theirs, role in {who.role for who in row.by})
        if sort not in met:
            met.add(sort)
            yield role, actor, is_theirs


def holders(world: World, table: Lifecycle, obj: LifecycleModel) -> dict[tuple[Seat, ...], Actor]:
    """Everybody any row names, and one whom the first row does not."""
    asked = [(actor, theirs) for row in table.transitions for _role, actor, theirs in everybody(world, table, row, obj)]
    stranger = next(actor for actor, theirs in asked if not theirs)
    return {actor.seats: actor for actor in (stranger, *(actor for actor, theirs in asked if theirs))}


def wrong_state(row: Transition, obj: LifecycleModel) -> str:
    said = f"S-01 当前状态为“{obj.state.label}”，不能办理“{row.label}”"
    if last := obj.history.last():
        when = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
        said += f"；最近一次由{last.actor}于{when}办理“{last.label}”"
    return f"{said} · 依据：平台约定（办事手册·流程）"


def wrong_person(row: Transition) -> str:
    roles = "、".join(dict.fromkeys(str(who.role.label) for who in row.by))
    return f"S-02 “{row.label}”只能由{roles}办理 · 依据：平台约定（办事手册·岗位权限）"


def is_a_reason(refusal: Refusal) -> bool:
    """A sentence in Chinese under a known rule with its source."""
    return (
        refusal.rule_id in registry
        and re.search(r"[一-鿿]{3}", refusal.message) is not None
        and bool(refusal.rule.citation)
    )


def test_every_lifecycle_has_a_specimen(world: World):
    assert set(world.objects) == {table.name for table in TABLES}
    for name, obj in world.objects.items():
        assert obj.lifecycle.name == name
        assert obj.status in lifecycle_named(name).codes()


@pytest.mark.parametrize(("name", "state"), STATES, ids=lambda part: part)
def test_rows_of_a_state_are_allowed_or_refused_with_their_sentence(world: World, name: str, state: str):
    """Every role is asked where the row can start; elsewhere one of each sort of person, since the state is what counts."""
    table, obj = lifecycle_named(name), world.in_state(name, state)
    faults = []
    for row in table.transitions:
        here = state in row.source
        expected_person = wrong_person(row)
        expected_state = wrong_state(row, obj)
        for role, actor, is_theirs in (
            everybody(world, table, row, obj) if here else one_of_each(world, table, row, obj)
        ):
            answer = refusals(obj, row.name, actor, at=world.at)
            said = [str(refusal) for refusal in answer]
            if not here:
                fits = said == [expected_state]
            elif not is_theirs:
                fits = said == [expected_person]
            else:
                fits = all(map(is_a_reason, answer)) and not {expected_state, expected_person} & set(said)
            if not fits:
                faults.append(f"{row.name} {role} ({'theirs' if is_theirs else 'not theirs'}): {said}")
    assert faults == []


@pytest.mark.parametrize(("name", "state"), STATES, ids=lambda part: part)
def test_offers_are_what_would_not_be_refused_for_state_or_person(world: World, name: str, state: str):
    table, obj = lifecycle_named(name), world.in_state(name, state)
    here = [row for row in table.transitions if state in row.source and not row.automatic]
    for actor in holders(world, table, obj).values():
        offered = {offer.transition.name: offer for offer in available(obj, actor, at=world.at)}
        answers = {row.name: {str(r) for r in refusals(obj, row.name, actor, at=world.at)} for row in here}
        theirs = {row.name for row in here if wrong_person(row) not in answers[row.name]}
        assert set(offered) == theirs, actor.seats
        for row_name, offer in offered.items():
            assert {str(r) for r in (*offer.refusals, *offer.warnings)} == answers[row_name]


@pytest.mark.parametrize("name", [table.name for table in TABLES])
def test_everyone_a_table_names_is_found_on_a_real_object(world: World, name: str):
    """A path may be empty only where the row names somebody else instead: the agent, or the other kind of occasion."""
    obj = world.objects[name]
    lost = []
    for row in lifecycle_named(name).transitions:
        reached = [reach(obj, who) for who in row.by]
        lost += [f"{row.name}: nobody is there to do it"] * (not any(reached))
        lost += [f"{row.name}: {way} leads to {end!r}" for way, end in astray(obj, (*row.by, *row.tells))]
    assert lost == []


def reach(obj: LifecycleModel, who: By) -> Any:
    """The body or person at the end of the path; the role itself where there is none."""
    path = who.person or who.of
    return key(found(obj, path)) if path else who.role


def astray(obj: LifecycleModel, named: tuple[By, ...]) -> Iterator[tuple[str, Any]]:
    """Paths that end at something which is no organisation, or no person."""
    for who in named:
        body, person = found(obj, who.of) if who.of else None, found(obj, who.person) if who.person else None
        if body is not None and not Organization.objects.filter(pk=key(body)).exists():
            yield who.of, body
        if person is not None and not User.objects.filter(pk=key(person)).exists():
            yield who.person, person


@pytest.mark.parametrize("name", [table.name for table in TABLES])
def test_page_is_there_for_its_people_and_absent_for_strangers(world: World, name: str):
    obj = type(world.objects[name])._base_manager.get(pk=world.objects[name].pk)
    client = Client()
    client.force_login(make_user())
    assert client.get(obj.get_absolute_url()).status_code == (200 if name in PUBLIC else 404)
    seen = 0
    for user in User.objects.filter(
        username__in=["office", "district", "org-head", "org1-head", "hub", "evaluator", "cpa", "expert1"]
    ):
        client.force_login(user)
        seen += client.get(obj.get_absolute_url()).status_code == 200
    assert seen
    client.force_login(User.objects.get(username="auditor"))
    assert client.get(obj.get_absolute_url()).status_code == 200


def test_every_model_with_a_lifecycle_has_its_table():
    models = {
        model._meta.label
        for model in apps.get_models()
        if issubclass(model, LifecycleModel) and model._meta.managed and not model._meta.proxy
    }
    assert models == {table.model for table in TABLES}
