"""Procedure: states follow their records, records follow their tables, and steps follow the records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, conflicts_of
from procurement.access.models import DutyException, DutyRecord
from procurement.invariants.registry import NAMED, in_sql, invariant
from procurement.lifecycle.definition import Lifecycle, lifecycles
from procurement.lifecycle.models import TransitionRecord

in_sql(
    "P-01",
    _("一个项目只有一份有效合同"),
    """
    SELECT a.number FROM projects_contract c JOIN projects_application a ON a.id = c.application_id
    WHERE c.status NOT IN ('cancelled', 'terminated') GROUP BY a.id HAVING COUNT(*) > 1
    """,
)
in_sql(
    "P-02",
    _("合同履行期限不超过三年"),
    """
    SELECT number FROM projects_contract WHERE ends_on >= starts_on + INTERVAL '3 years' OR ends_on <= starts_on
    """,
)
in_sql(
    "P-03",
    _("已签署的合同有双方对同一文本的签名"),
    """
    SELECT c.number FROM projects_contract c
    WHERE c.signed_at IS NOT NULL AND 2 <> (
        SELECT COUNT(DISTINCT side) FROM projects_contractsignature s
        WHERE s.contract_id = c.id AND s.content_sha256 = c.content_sha256 AND c.content_sha256 <> '')
    """,
)
in_sql(
    "P-04",
    _("每条办理记录都有办理人"),
    """
    SELECT r.transition || ' ' || r.id FROM lifecycle_transitionrecord r
    LEFT JOIN access_user u ON u.id = r.actor_id WHERE u.id IS NULL
    """,
)
in_sql(
    "P-05",
    _("每条办理记录都有一条审计日志"),
    """
    SELECT r.transition || ' ' || r.id FROM lifecycle_transitionrecord r
    WHERE NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.action = r.transition
        AND e.subject LIKE '%:' || r.object_id AND convert_from(e.body, 'UTF8')::jsonb ->> 'record' = r.id::text)
    """,
)
in_sql(
    "P-06",
    _("已完成的步骤有完成时间，进行中的步骤有开始时间，未开始的步骤两者都没有"),
    """
    SELECT c.number || ' ' || w.code FROM lifecycle_casestep s
    JOIN lifecycle_case c ON c.id = s.case_id JOIN lifecycle_workflowstep w ON w.id = s.step_id
    WHERE (s.state = 'done' AND s.done_at IS NULL) OR (s.state = 'open' AND (s.opened_at IS NULL OR s.done_at IS NOT NULL))
       OR (s.state = 'waiting' AND (s.opened_at IS NOT NULL OR s.done_at IS NOT NULL))
    """,
)
in_sql(
    "P-07",
    _("案卷的步骤与其程序模板的步骤一一对应"),
    """
    SELECT c.number FROM lifecycle_case c
    WHERE (SELECT COUNT(*) FROM lifecycle_casestep s WHERE s.case_id = c.id)
       <> (SELECT COUNT(*) FROM lifecycle_workflowstep w WHERE w.template_id = c.template_id)
       OR EXISTS (SELECT 1 FROM lifecycle_casestep s JOIN lifecycle_workflowstep w ON w.id = s.step_id
                  WHERE s.case_id = c.id AND w.template_id <> c.template_id)
    """,
)
in_sql(
    "P-08",
    _("已归档的案卷没有进行中或未开始的步骤"),
    """
    SELECT a.number || ' ' || w.code FROM projects_application a
    JOIN lifecycle_casestep s ON s.case_id = a.case_id JOIN lifecycle_workflowstep w ON w.id = s.step_id
    WHERE a.status = 'archived' AND s.state IN ('open', 'waiting')
    """,
)
in_sql(
    "P-09",
    _("提交申报都在截止之前，并有回执"),
    """
    SELECT a.number FROM projects_application a JOIN projects_guide g ON g.id = a.guide_id
    WHERE a.submitted_at IS NOT NULL AND (a.submitted_at >= g.closes_at
        OR NOT EXISTS (SELECT 1 FROM projects_receipt r WHERE r.application_id = a.id))
    """,
)
in_sql(
    "P-10",
    _("立项的项目都经过公示"),
    """
    SELECT a.number FROM projects_application a
    WHERE a.status IN ('approved', 'ready_to_sign', 'in_progress', 'suspended', 'rectifying', 'closing',
                       'rectifying_final', 'closed', 'archived')
      AND NOT EXISTS (SELECT 1 FROM projects_publicityitem i JOIN projects_publicity p ON p.id = i.publicity_id
                      WHERE i.application_id = a.id AND p.published_at IS NOT NULL)
    """,
)
in_sql(
    "P-11",
    _("立项批复时没有未复核的异议"),
    """
    SELECT o.id::text FROM projects_objection o JOIN projects_application a ON a.id = o.application_id
    WHERE o.status = 'filed' AND a.status IN ('approved', 'ready_to_sign', 'in_progress', 'closing', 'closed', 'archived')
    """,
)
in_sql(
    "P-12",
    _("验收通过的项目至少通知三名服务对象"),
    """
    SELECT v.id::text FROM projects_acceptance v WHERE v.status = 'final' AND v.result = 'pass'
      AND (SELECT COUNT(*) FROM projects_recipient r WHERE r.acceptance_id = v.id) < 3
    """,
)
in_sql(
    "P-13",
    _("服务台账的合计等于各条记录之和"),
    """
    SELECT a.number FROM projects_application a LEFT JOIN projects_deliverytotal t ON t.application_id = a.id
    LEFT JOIN LATERAL (SELECT SUM(CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END) AS n, SUM(person_times) AS people,
        SUM(service_hours) AS hours, SUM(volunteers) AS helpers, SUM(materials_count) AS pieces
        FROM projects_activity WHERE application_id = a.id) s ON TRUE
    WHERE (COALESCE(t.activities, 0), COALESCE(t.person_times, 0), COALESCE(t.service_hours, 0),
           COALESCE(t.volunteers, 0), COALESCE(t.materials_count, 0))
       <> (COALESCE(s.n, 0), COALESCE(s.people, 0), COALESCE(s.hours, 0), COALESCE(s.helpers, 0), COALESCE(s.pieces, 0))
    """,
)
in_sql(
    "P-14",
    _("指标累计等于各次活动的贡献之和"),
    """
    SELECT i.name || ' ' || i.id FROM projects_indicator i LEFT JOIN projects_indicatortotal t ON t.indicator_id = i.id
    WHERE COALESCE(t.actual, 0)
       <> COALESCE((SELECT SUM(quantity) FROM projects_contribution WHERE indicator_id = i.id), 0)
    """,
)
in_sql(
    "P-15",
    _("案卷的承接主体就是申报单位"),
    """
    SELECT a.number FROM projects_application a
    JOIN lifecycle_caseparty p ON p.case_id = a.case_id AND p.part = 'applicant'
    WHERE p.organization_id <> a.applicant_id
    """,
)


#: What stands without an act of ours: certificates out of the registry's own list, catalogues shipped as published.
GIVEN = {"qualification": "verified", "catalogue": "published"}


@invariant("P-20", _("每个对象的状态等于其最后一条办理记录的结果；没有记录的在初始状态"))
def states_follow_records() -> Iterator[str]:
    for table in lifecycles():
        model = apps.get_model(table.model)
        query = f"""
            SELECT o.id, o.status, r.to_state FROM {model._meta.db_table} o
            LEFT JOIN LATERAL (SELECT to_state FROM lifecycle_transitionrecord
                WHERE lifecycle = %s AND object_id = o.id ORDER BY at DESC, recorded_at DESC LIMIT 1) r ON TRUE
            WHERE o.status <> COALESCE(r.to_state, %s)
        """  # noqa: S608  table names are the models' own
        for key, status, recorded in _rows(query, [table.name, table.initial]):
            if recorded is None and status == GIVEN.get(table.name):
                continue
            yield f"{table.name} {key}: {status}, {recorded or table.initial}"


@invariant("P-21", _("每条办理记录都是其流程表中的一行"))
def records_follow_tables() -> Iterator[str]:
    known = {
        (table.name, row.name, source, row.target)
        for table in lifecycles()
        for row in table.transitions
        for source in row.source
    }
    used = TransitionRecord.objects.order_by().values_list("lifecycle", "transition", "from_state", "to_state")
    for one in used.distinct():
        if tuple(one) not in known:
            yield " ".join(one)


@invariant("P-22", _("同一对象的办理记录首尾相接"))
def records_connect() -> Iterator[str]:
    query = """
        SELECT lifecycle, object_id, transition FROM (
            SELECT *, LAG(to_state) OVER (PARTITION BY lifecycle, object_id ORDER BY at, recorded_at) AS before
            FROM lifecycle_transitionrecord) r
        WHERE before IS NOT NULL AND before <> from_state LIMIT %s
    """
    for lifecycle, key, transition in _rows(query, [NAMED + 1]):
        yield f"{lifecycle} {key}: {transition}"


@invariant("P-23", _("办理人的角色是该行规定的角色"))
def roles_follow_tables() -> Iterator[str]:
    allowed = {row.name: {who.role.value for who in row.by} for table in lifecycles() for row in table.transitions}
    used = TransitionRecord.objects.order_by().values_list("transition", "role").distinct()
    for transition, role in used:
        if transition in allowed and role not in allowed[transition]:
            yield f"{transition}: {role or '—'}"


@invariant("P-24", _("结束步骤的办理记录之后，该步骤已经完成"))
def ending_acts_end_steps() -> Iterator[str]:
    """Reopened steps come back by a row that names them; such cases are left out."""
    for table in lifecycles():
        for names, code in _endings(table):
            query = """
                SELECT c.number FROM lifecycle_transitionrecord r JOIN lifecycle_case c ON c.id = r.case_id
                JOIN lifecycle_casestep s ON s.case_id = c.id JOIN lifecycle_workflowstep w ON w.id = s.step_id AND w.code = %s
                WHERE r.transition = ANY(%s) AND s.state IN ('waiting', 'open')
                  AND (s.opened_at IS NULL OR s.opened_at <= r.at) LIMIT %s
            """
            for (number,) in _rows(query, [code, names, NAMED + 1]):
                yield f"{number} {code}"


def _endings(table: Lifecycle) -> Iterator[tuple[list[str], str]]:
    ending: dict[str, list[str]] = {}
    for row in table.transitions:
        for code in row.completes:
            ending.setdefault(code, []).append(row.name)
    for code, names in ending.items():
        yield names, code


@invariant("P-25", _("没有不相容的职责集于一人，经批准的例外除外"))
def duties_stay_apart() -> Iterator[str]:
    held: dict[tuple[UUID, UUID], set[str]] = {}
    for case, person, duty in DutyRecord.objects.values_list("case_id", "person_id", "duty"):
        held.setdefault((case, person), set()).add(duty)
    excused = set(DutyException.objects.values_list("case_id", "person_id", "duty"))
    for (case, person), duties in held.items():
        for duty in duties:
            for other, rule_id in conflicts_of(Duty(duty)):
                apart = other.value not in duties or other.value < duty
                if not apart and not {(case, person, duty), (case, person, other.value)} & excused:
                    yield _text("案卷 %(case)s：%(one)s、%(other)s（%(rule)s）") % {
                        "case": case, "one": Duty(duty).label, "other": other.label, "rule": rule_id,
                    }  # fmt: skip


def _rows(query: str, params: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        yield from cursor.fetchall()
