"""Marks tie code to rules, so that the handbook can say what is enforced, computed, recorded, or not yet there.

Nothing here is typed into a page by hand: a rule's state follows from the marks that importing the code left behind
and from what the lifecycle tables registered (`register_enforcement`). Deleting a guard changes the page.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.rules.refusals import Refusal
from procurement.rules.rulebook import Effect, UnknownRule, registry


class MarkKind(TextChoices):
    """How a piece of code serves a rule."""

    GUARD = "guard", _("守卫条件")
    TRANSITION = "transition", _("流程环节")
    CONSTRAINT = "constraint", _("数据库约束")
    IMPLEMENTS = "implements", _("程序实现")
    RECORDS = "records", _("记录留痕")


class RuleState(TextChoices):
    """A rule's state in the code."""

    ENFORCED = "enforced", _("已执行")
    COMPUTED = "computed", _("自动计算")
    RECORDED = "recorded", _("已留痕")
    PENDING = "pending", _("尚未实现")


@dataclass(frozen=True)
class Mark:
    """`where` is a dotted name (or a transition's name); `url` leads to a page about it, when there is one."""

    rule_id: str
    kind: MarkKind
    where: str
    url: str = ""


_marks: dict[Mark, None] = {}
_constraint_messages: dict[str, tuple[str, str | Promise]] = {}
_constraints_in_sql: set[str] = set()

Verdict = str | Promise | Refusal | None
Check = Callable[..., Verdict | Iterable[Verdict]]
Marked = TypeVar("Marked", bound=Callable[..., Any])


def place(code: Any) -> str:
    return f"{code.__module__}.{code.__qualname__}"


def _mark(rule_ids: Iterable[str], kind: MarkKind, where: str, url: str = "") -> None:
    for rule_id in rule_ids:
        registry[rule_id]
        _marks[Mark(rule_id, kind, where, url)] = None


class Guard:
    """A named condition of a transition: answers with refusals, never with a bare False.

    A plain sentence counts for the first rule named; a check that serves several rules returns a `Refusal` per rule.
    """

    def __init__(self, check: Check, rule_ids: tuple[str, ...], warning: bool | None) -> None:
        update_wrapper(self, check)
        self.check = check
        self.rule_ids = rule_ids
        self.warning = registry[rule_ids[0]].effect == Effect.WARN if warning is None else warning
        self.place = place(check)

    def __call__(self, *args: Any, **kwargs: Any) -> list[Refusal]:
        answer = self.check(*args, **kwargs)
        verdicts = [answer] if answer is None or isinstance(answer, str | Promise | Refusal) else list(answer)
        return [self._refusal(verdict) for verdict in verdicts if verdict]

    def __repr__(self) -> str:
        return f"<Guard {self.place} {' '.join(self.rule_ids)}>"

    def _refusal(self, verdict: str | Promise | Refusal) -> Refusal:
        if not isinstance(verdict, Refusal):
            return Refusal(self.rule_ids[0], str(verdict), warning=self.warning)
        if verdict.rule_id not in self.rule_ids:
            raise UnknownRule(f"{self.place} cites {verdict.rule_id} but declares only {', '.join(self.rule_ids)}")
        return verdict


def guard(*rule_ids: str, warning: bool | None = None) -> Callable[[Check], Guard]:
    """Make a check `(attempt) -> None | sentence | Refusal | list of them` a guard under these rules.

    Whether it blocks or only warns follows the first rule's effect in the registry unless `warning` says otherwise.
    """
    if not rule_ids:
        raise UnknownRule("a guard must name at least one rule")

    def decorate(check: Check) -> Guard:
        _mark(rule_ids, MarkKind.GUARD, place(check))
        return Guard(check, rule_ids, warning)

    return decorate


def implements(*rule_ids: str) -> Callable[[Marked], Marked]:
    """This function or class carries out the rule itself (a formula, a clock, a refusal outside the lifecycles)."""

    def decorate(code: Marked) -> Marked:
        _mark(rule_ids, MarkKind.IMPLEMENTS, place(code))
        return code

    return decorate


def records(*rule_ids: str) -> Callable[[Marked], Marked]:
    """This function or class keeps the fact which the rule wants kept or shown; it refuses nothing."""

    def decorate(code: Marked) -> Marked:
        _mark(rule_ids, MarkKind.RECORDS, place(code))
        return code

    return decorate


def implemented_at(rule_id: str, where: str) -> None:
    """As `implements`, for code that cannot import this room: its package declares `IMPLEMENTS` (see `apps.ready`)."""
    _mark([rule_id], MarkKind.IMPLEMENTS, where)


def enforced_by_constraint(rule_id: str, name: str, message: str | Promise = "", *, in_sql: bool = False) -> None:
    """Declare that the database itself upholds the rule through the constraint or trigger `name`.

    `message` is the sentence people read when it strikes. A system check looks the name up in the models;
    `in_sql` is for one created by hand-written SQL, which no model knows.
    """
    _mark([rule_id], MarkKind.CONSTRAINT, name)
    _constraint_messages[name] = (rule_id, message or registry[rule_id].text)
    if in_sql:
        _constraints_in_sql.add(name)


def refusal_for_constraint(error: IntegrityError) -> Refusal | None:
    """The refusal behind a violated constraint, or None when the constraint serves no rule (a plain bug, re-raise)."""
    diagnostics = getattr(error.__cause__, "diag", None)
    known = _constraint_messages.get(getattr(diagnostics, "constraint_name", None) or "")
    return Refusal(known[0], str(known[1])) if known else None


def declared_constraints() -> set[str]:
    """Names a system check must find in the models."""
    return set(_constraint_messages) - _constraints_in_sql


def register_enforcement(rule_id: str, where: str, url: str = "") -> None:
    """Called from `ready()` by whoever binds a guard: `where` is the transition's name, `url` its chapter."""
    _mark([rule_id], MarkKind.TRANSITION, where, url)


def marks(rule_id: str | None = None) -> list[Mark]:
    return [mark for mark in _marks if rule_id in (None, mark.rule_id)]


def state_of(rule_id: str) -> RuleState:
    """Enforced by a bound transition, a constraint or refusing code; a guard no table uses enforces nothing."""
    kinds = {mark.kind for mark in marks(rule_id)}
    if kinds & {MarkKind.TRANSITION, MarkKind.CONSTRAINT}:
        return RuleState.ENFORCED
    if MarkKind.IMPLEMENTS in kinds:
        refuses = registry[rule_id].effect in (Effect.BLOCK, Effect.WARN)
        return RuleState.ENFORCED if refuses else RuleState.COMPUTED
    return RuleState.RECORDED if MarkKind.RECORDS in kinds else RuleState.PENDING
