"""Where generated projects stand, and by which acts they came there.

An agenda is a list of names: with a dot a row of a lifecycle table, without one a step that another procedure
completes. The rows are looked up in the tables, so a table that changes is found out here (tests/bench).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from procurement.lifecycle.definition import Transition, lifecycle_named

#: The way of a project that meets no trouble.
AGENDA = (
    "application.submit",
    "application.endorse",
    "application.precheck_pass",
    "application.assign_panel",
    "application.record_review",
    "application.propose",
    "application.confirm_funds",
    "application.publicise",
    "application.end_publicity",
    "application.approve",
    "application.revise",
    "application.start",
    "release_first_tranche",
    "launch",
    "quarterly_report",
    "application.record_midterm",
    "application.begin_closeout",
    "submit_closeout",
    "responsible_unit_acceptance",
    "financial_audit",
    "application.record_final",
    "application.close",
    "application.archive",
)
#: Days an entry takes after the one before it; four unless named here.
DAYS = {
    "application.assign_panel": 2,
    "application.confirm_funds": 2,
    "application.publicise": 1,
    "application.end_publicity": 11,
    "application.revise": 3,
    "application.start": 6,
    "release_first_tranche": 8,
    "launch": 9,
    "quarterly_report": 40,
    "application.record_midterm": 35,
    "application.begin_closeout": 40,
    "application.record_final": 8,
}
USUAL_DAYS = 4
#: A contract stands from here on; each tranche is paid by the entry named.
CONTRACT_FROM = "application.start"
TRANCHES = {1: "release_first_tranche", 2: "application.record_midterm", 3: "application.record_final"}
CONTRACT_ROUTE = (
    "contract.check", "contract.approve", "contract.sign_contractor", "contract.sign_purchaser", "contract.file",
)  # fmt: skip
PAYMENT_ROUTE = ("payment.request", "payment.approve", "payment.pay", "payment.confirm")


@dataclass(frozen=True)
class Standing:
    """A place where projects stand: the agenda up to ``until``, then the rows of ``detour``."""

    status: str
    until: str
    weight: int
    detour: tuple[str, ...] = ()
    #: The case ended here: steps not done fall away.
    ended: bool = False

    @property
    def entries(self) -> tuple[str, ...]:
        taken = AGENDA[: AGENDA.index(self.until) + 1] if self.until else ()
        return (*taken, *self.detour)

    @property
    def has_contract(self) -> bool:
        return CONTRACT_FROM in self.entries


#: Rounds that are over, as the published results of such funds read: a good half is funded.
PAST = (
    Standing("archived", "application.archive", 54),
    Standing("closed", "application.close", 2),
    Standing("not_selected", "application.record_review", 20, ("application.not_select",), ended=True),
    Standing("precheck_failed", "application.endorse", 7, ("application.precheck_fail",), ended=True),
    Standing("not_endorsed", "application.submit", 6, ("application.decline_endorsement",), ended=True),
    Standing("withdrawn", "", 6, ("application.discard",), ended=True),
    Standing("terminated", "launch", 2, ("application.terminate",), ended=True),
    Standing("in_progress", "application.record_midterm", 3),
)
#: The spring round of this year: funded projects run, the first are ending.
RUNNING = (
    Standing("in_progress", "application.start", 6),
    Standing("in_progress", "release_first_tranche", 10),
    Standing("in_progress", "launch", 18),
    Standing("in_progress", "quarterly_report", 16),
    Standing("in_progress", "application.record_midterm", 8),
    Standing("suspended", "launch", 1, ("application.suspend",)),
    Standing("rectifying", "launch", 2, ("application.order_rectification",)),
    Standing("closing", "application.begin_closeout", 3),
    Standing("closing", "submit_closeout", 3),
    Standing("closing", "financial_audit", 2),
    Standing("archived", "application.archive", 2),
    Standing("not_selected", "application.record_review", 18, ("application.not_select",), ended=True),
    Standing("precheck_failed", "application.endorse", 6, ("application.precheck_fail",), ended=True),
    Standing("not_endorsed", "application.submit", 5, ("application.decline_endorsement",), ended=True),
)
#: The autumn round: being checked and decided.
DECIDING = (
    Standing("draft", "", 8),
    Standing("submitted", "application.submit", 12),
    Standing("endorsed", "application.endorse", 16),
    Standing("supplement", "application.endorse", 4, ("application.return_for_supplement",)),
    Standing("prechecked", "application.precheck_pass", 16),
    Standing("scored", "application.record_review", 10),
    Standing("proposed", "application.propose", 8),
    Standing("funds_confirmed", "application.confirm_funds", 6),
    Standing("publicised", "application.end_publicity", 6),
    Standing("approved", "application.approve", 5),
    Standing("ready_to_sign", "application.revise", 4),
    Standing("not_endorsed", "application.submit", 5, ("application.decline_endorsement",), ended=True),
)


@cache
def row(name: str) -> Transition:
    """The row of this name; KeyError when the table has none."""
    return lifecycle_named(name.partition(".")[0]).transition(name)


@cache
def steps_done(standing: Standing) -> frozenset[str]:
    """Codes of the steps behind such a project; the guide was published before anybody applied."""
    done = {"publish_guide"}
    for entry in standing.entries:
        done.update(row(entry).completes if "." in entry else (entry,))
    return frozenset(done)
