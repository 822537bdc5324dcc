"""Statutory and other purchase: sealed until the hour, opened as handed in, awarded in order, told to everybody."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procurement.invariants.registry import in_sql

#: Awards that hold their place.
STANDING = "('decided', 'announced', 'contracted')"

in_sql(
    "T-01",
    _("开启的投标（响应）都是截止前最后一次提交的"),
    """
    SELECT b.id::text FROM projects_bid b JOIN projects_procedure p ON p.id = b.procedure_id
    JOIN projects_sealedsubmission s ON s.id = b.submission_id
    WHERE s.action <> 'submit' OR s.received_at >= p.deadline_at OR EXISTS (
        SELECT 1 FROM projects_sealedsubmission later WHERE later.room_id = s.room_id AND later.version > s.version)
    """,
)
in_sql(
    "T-02",
    _("截止时间后留足两分钟才开启，开启须有两人"),
    """
    SELECT p.number FROM projects_opening o JOIN projects_procedure p ON p.id = o.procedure_id
    WHERE o.opened_at IS NOT NULL AND (o.opened_at < p.deadline_at + interval '120 seconds'
        OR o.opened_by_id IS NULL OR o.witness_id IS NULL OR o.opened_by_id = o.witness_id)
    """,
)
in_sql(
    "T-03",
    _("开启之前没有任何已解密的投标（响应）"),
    """
    SELECT b.id::text FROM projects_bid b JOIN projects_procedure p ON p.id = b.procedure_id
    WHERE p.opened_at IS NULL
    """,
)
in_sql(
    "T-04",
    _("每笔中标（成交）都是该包有效投标（响应）中名次最前的，否则写明递补理由"),
    f"""
    SELECT a.id::text FROM projects_award a JOIN projects_bid b ON b.id = a.bid_id
    WHERE a.status IN {STANDING} AND NOT a.is_framework AND a.grounds = '' AND EXISTS (
        SELECT 1 FROM projects_bid ahead WHERE ahead.lot_id = a.lot_id AND ahead.rank < b.rank
          AND ahead.status IN ('scored', 'awarded', 'not_awarded'))
    """,  # noqa: S608 - a constant of this module
)
in_sql(
    "T-05",
    _("结果公告后每个参加评审的供应商都收到结果通知"),
    """
    SELECT b.id::text FROM projects_bid b JOIN projects_procedure p ON p.id = b.procedure_id
    WHERE p.status IN ('awarded', 'contracted') AND b.status IN ('awarded', 'not_awarded')
      AND NOT EXISTS (SELECT 1 FROM projects_resultletter r WHERE r.bid_id = b.id)
    """,
)
in_sql(
    "T-06",
    _("已公告结果的采购项目都有中标（成交）结果公告"),
    """
    SELECT p.number FROM projects_procedure p WHERE p.status IN ('awarded', 'contracted') AND NOT EXISTS (
        SELECT 1 FROM projects_officialnotice n WHERE n.procedure_id = p.id AND n.kind IN ('award', 'award_change')
          AND n.published_at IS NOT NULL)
    """,
)
in_sql(
    "T-07",
    _("暂停采购活动不超过三十日，并有作出暂停决定的投诉"),
    """
    SELECT p.number FROM projects_procedure p WHERE p.status = 'paused' AND NOT EXISTS (
        SELECT 1 FROM projects_complaint c WHERE c.procedure_id = p.id AND c.suspended_at IS NOT NULL
          AND c.resumed_at IS NULL AND c.suspended_until <= c.suspended_at::date + 31)
    """,
)
in_sql(
    "T-08",
    _("处理投诉的人没有答复过所涉质疑"),
    """
    SELECT c.number FROM projects_complaint c JOIN projects_challenge q ON q.id = c.challenge_id
    WHERE c.decided_by_id IS NOT NULL AND c.decided_by_id = q.drafted_by_id
    """,
)
