"""A table that lies does not start: every fault planted in a small table is found, the sound table has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core import checks
from django.db import models

from procurement.access import Role
from procurement.lifecycle.checks import check_lifecycles, faults_of
from procurement.lifecycle.definition import By, Lifecycle, State, Transition, by, lifecycles
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import Guard

#: Made without ``@guard``, which would tell the handbook about it.
ALL_IS_THERE = Guard(lambda attempt: None, ("S-04",), warning=False)
SOUND = Lifecycle(
    name="envelope",
    label="额度",
    model="catalogs.FundEnvelope",
    initial="draft",
    states=(State("draft", "草稿"), State("sent", "已提交"), State("done", "已批准", final=True)),
    transitions=(
        Transition("envelope.send", "提交", ("draft",), "sent", (by(Role.LGO, of="office"),), guards=(ALL_IS_THERE,)),
        Transition(
            "envelope.approve", "批准", ("sent",), "done", (by(Role.FIN, of="finance"),),
            tells=(by(Role.LGO, of="office"),), rules=("R-015",),
        ),
    ),
)  # fmt: skip


def changed(number: int = 0, **fields) -> Lifecycle:
    rows = list(SOUND.transitions)
    rows[number] = replace(rows[number], **fields)
    return replace(SOUND, transitions=tuple(rows))


def test_sound_table_has_no_fault():
    assert faults_of(SOUND) == []


def test_every_registered_table_is_sound():
    assert [message.msg for message in check_lifecycles(None)] == []
    assert len(list(lifecycles())) >= 15


def test_check_stands_before_the_start():
    assert check_lifecycles in checks.registry.registry.get_checks()


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (replace(SOUND, states=(*SOUND.states, State("lost", "遗失", final=True))), "state lost cannot be reached"),
        (replace(SOUND, states=(*SOUND.states, State("draft", "又一草稿"))), "a state code is used twice"),
        (replace(SOUND, transitions=(*SOUND.transitions, SOUND.transitions[0])), "a transition name is used twice"),
        (replace(SOUND, initial="nowhere"), "initial state nowhere is not a state"),
        (replace(SOUND, states=(*SOUND.states[:2], State("done", "已批准"))), "state done has no way out"),
        (changed(1, source=("sent", "done")), "final state done is left by envelope.approve"),
        (changed(target="vanished"), "envelope.send: unknown state vanished"),
        (changed(source=("draft", "dreamt")), "envelope.send: unknown state dreamt"),
        (changed(name="guide.send"), "guide.send: the name must begin with envelope."),
        (changed(by=()), "envelope.send: nobody may perform it"),
        (changed(by=(By(role="KING", of="office"),)), "envelope.send: unknown role KING"),
        (changed(tells=(By(role="KING"),)), "envelope.send: unknown role KING"),
        (changed(by=(by(Role.LGO, of="bureau"),)), "envelope.send: catalogs.FundEnvelope has no bureau"),
        (changed(by=(by(Role.LGO, of="office.bureau"),)), "envelope.send: catalogs.FundEnvelope has no office.bureau"),
        (changed(tells=(by(Role.REC, person="author"),)), "envelope.send: catalogs.FundEnvelope has no author"),
        (changed(guards=(lambda attempt: None,)), "cites no rule"),
        (changed(input_guards=(ALL_IS_THERE.check,)), "cites no rule"),
        (changed(rules=("R-999",)), "envelope.send: unknown rule R-999"),
        (changed(effect="catalogs.services.envelopes.vanish"), "vanish cannot be imported"),
        (changed(form="catalogs.nowhere.Form"), "catalogs.nowhere.Form cannot be imported"),
        (changed(completes=("dance",)), "no shipped workflow has a step dance"),
        (changed(opens=("sing",)), "no shipped workflow has a step sing"),
        (changed(notice="no_such_letter"), "there is no notice no_such_letter"),
        (changed(weight="heavy"), "unknown weight heavy"),
        (replace(SOUND, states=(State("draft", "草稿", "purple"), *SOUND.states[1:])), "unknown tone purple"),
        (replace(SOUND, model="catalogs.Unicorn"), "model catalogs.Unicorn does not exist"),
        (replace(SOUND, model="orgs.Region"), "orgs.Region lost the status guard"),
    ],
)
def test_planted_fault_is_found(table: Lifecycle, fault: str):
    assert any(fault in found for found in faults_of(table)), faults_of(table)


@pytest.fixture
def careless_model(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A subclass that forgot ``class Meta(LifecycleModel.Meta)`` and a page."""
    from django.apps import apps

    class Careless(LifecycleModel):
        class Meta:
            app_label = "catalogs"
            managed = False

    yield Careless
    del apps.all_models["catalogs"]["careless"]
    apps.clear_cache()


def test_lost_status_guard_and_missing_page_are_found(careless_model: type[models.Model]):
    found = "\n".join(faults_of(replace(SOUND, model="catalogs.Careless")))
    assert "lost the status guard; write class Meta(LifecycleModel.Meta)" in found
    assert "has no page of its own" in found
    assert "does not say who may see it" in found
