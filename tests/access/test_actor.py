"""Who acts: seats, roles, what oversight means, and the same 404 for foreign and absent rows."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import RequestFactory

from orgs.models import Organization
from procurement.access import (
    ANONYMOUS,
    OVERSIGHT,
    Actor,
    Role,
    ScopedQuerySet,
    Seat,
    actor_for,
    get_visible_or_404,
    people_holding,
)
from procurement.access.middleware import ActorMiddleware
from procurement.access.models import User
from tests.factories import make_actor, make_organization, make_seat, make_social_organization, make_user

A, B = uuid4(), uuid4()


def test_roles_are_the_twenty_seven_of_the_matrix_with_chinese_labels() -> None:
    assert len(Role) == 27
    assert all(role.label and not str(role.label).isascii() for role in Role)


def test_seat_entitles_in_its_own_organisation_only() -> None:
    actor = Actor(user=None, seats=(Seat(Role.ORG, A), Seat(Role.RU, B)))
    assert actor.holds(Role.ORG)
    assert actor.holds(Role.ORG, A)
    assert not actor.holds(Role.ORG, B)
    assert actor.organization_ids() == {A, B}
    assert actor.organization_ids(Role.RU) == {B}
    assert actor.organization_ids(Role.FIN) == frozenset()


@pytest.mark.parametrize("role", list(Role))
def test_only_oversight_sees_everything(role: Role) -> None:
    assert Actor(user=None, seats=(Seat(role, A),)).sees_everything is (role in OVERSIGHT)


def test_anonymous_has_no_seats_and_no_name() -> None:
    assert (ANONYMOUS.id, ANONYMOUS.label, ANONYMOUS.seats, ANONYMOUS.sees_everything) == (None, "", (), False)
    assert actor_for(AnonymousUser()) is ANONYMOUS  # type: ignore[arg-type]


@pytest.mark.django_db
def test_lost_role_ends_at_the_next_request() -> None:
    seat = make_seat(Role.LGO)
    seen = []
    middleware = ActorMiddleware(lambda request: seen.append(request.actor.holds(Role.LGO)))

    def ask() -> None:
        request = RequestFactory().get("/")
        request.user = User.objects.get(pk=seat.person_id)
        middleware(request)

    ask()
    seat.valid_to = seat.valid_from
    seat.save()
    ask()
    assert seen == [True, False]


@pytest.mark.django_db
def test_holders_are_active_people_each_once() -> None:
    organization, person = make_organization(), make_user()
    make_seat(Role.PU_BUY, organization, user=person)
    make_seat(Role.PU_BUY, make_organization(), user=person)
    make_seat(Role.PU_BUY, organization, user=make_user(is_active=False))
    assert people_holding(Role.PU_BUY) == [person]
    assert people_holding(Role.PU_BUY, organization.pk) == [person]
    assert people_holding(Role.PU_BUY, uuid4()) == []


@pytest.mark.django_db
def test_foreign_and_absent_rows_give_the_same_answer() -> None:
    hidden, stranger = make_social_organization(is_published=False), make_actor(Role.ORG)
    answers = []
    for pk in (hidden.pk, uuid4()):
        with pytest.raises(Http404) as missing:
            get_visible_or_404(Organization.objects.all(), stranger, pk=pk)
        answers.append(str(missing.value))
    assert answers[0] == answers[1]


@pytest.mark.django_db
def test_model_that_does_not_say_who_sees_it_shows_nothing() -> None:
    with pytest.raises(TypeError, match="does not say who may see it"):
        ScopedQuerySet(model=User).visible_to(ANONYMOUS)


@pytest.mark.django_db
def test_there_is_one_system_account() -> None:
    make_user("first-system", is_system=True)
    with pytest.raises(IntegrityError, match="user_single_system_account"), transaction.atomic():
        make_user("second-system", is_system=True)
