"""Real objects for tests, made through the models and services people use."""

from tests.factories.money import make_envelope
from tests.factories.people import (
    a_region,
    make_actor,
    make_expert,
    make_organization,
    make_seat,
    make_social_organization,
    make_user,
)

__all__ = [
    "a_region",
    "make_actor",
    "make_envelope",
    "make_expert",
    "make_organization",
    "make_seat",
    "make_social_organization",
    "make_user",
]
