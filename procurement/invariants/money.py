"""Money: every total is the sum of what it stands for, and nothing exceeds what it was taken from."""

from django.utils.translation import gettext_lazy as _

from procurement.invariants.registry import in_sql

in_sql(
    "M-01",
    _("合同已支付金额等于各期已支付金额之和"),
    """
    SELECT c.number || ' ' || c.paid_total || ' <> ' || COALESCE(SUM(p.amount), 0)
    FROM projects_contract c LEFT JOIN projects_payment p ON p.contract_id = c.id AND p.paid_at IS NOT NULL
    GROUP BY c.id HAVING c.paid_total <> COALESCE(SUM(p.amount), 0)
    """,
)
in_sql(
    "M-02",
    _("合同已支付金额不超过合同金额"),
    "SELECT number FROM projects_contract WHERE paid_total > amount OR paid_total < 0",
)
in_sql(
    "M-03",
    _("各期付款金额之和等于合同金额"),
    """
    SELECT c.number || ' ' || c.amount || ' <> ' || SUM(p.amount)
    FROM projects_contract c JOIN projects_payment p ON p.contract_id = c.id
    WHERE c.status <> 'cancelled' GROUP BY c.id HAVING c.amount <> SUM(p.amount)
    """,
)
in_sql(
    "M-04",
    _("付款的申请、审批、支付由三人分别办理"),
    """
    SELECT id::text FROM projects_payment WHERE paid_at IS NOT NULL AND (
        requested_by_id IS NULL OR approved_by_id IS NULL OR paid_by_id IS NULL
        OR requested_by_id = approved_by_id OR paid_by_id IN (requested_by_id, approved_by_id))
    """,
)
in_sql(
    "M-05",
    _("已支付的款项有支付凭证号和支付时间，未支付的没有支付时间"),
    """
    SELECT id::text FROM projects_payment
    WHERE (status IN ('paid', 'confirmed') AND (paid_at IS NULL OR voucher_number = ''))
       OR (status IN ('planned', 'requested', 'approved', 'cancelled') AND paid_at IS NOT NULL)
    """,
)
in_sql(
    "M-06",
    _("资金额度的已安排金额等于安排和退回记录之和"),
    """
    SELECT e.title || ' ' || e.committed_total || ' <> ' || COALESCE(SUM(m.amount), 0)
    FROM catalogs_fundenvelope e
    LEFT JOIN catalogs_envelopeentry m ON m.envelope_id = e.id AND m.kind IN ('commit', 'release')
    GROUP BY e.id HAVING e.committed_total <> COALESCE(SUM(m.amount), 0)
    """,
)
in_sql(
    "M-07",
    _("资金额度的已安排金额等于各项目批复资金与已批准预算项目之和"),
    """
    SELECT title || ' ' || committed_total || ' <> ' || granted + budgeted FROM (
        SELECT e.title, e.committed_total,
            COALESCE((SELECT SUM(a.granted_amount) FROM projects_application a JOIN projects_guide g ON g.id = a.guide_id
                      WHERE g.envelope_id = e.id), 0) AS granted,
            COALESCE((SELECT SUM(l.approved_amount) FROM catalogs_budgetline l
                      WHERE l.envelope_id = e.id AND l.status = 'approved'), 0) AS budgeted
        FROM catalogs_fundenvelope e) sums
    WHERE committed_total <> granted + budgeted
    """,
)
in_sql(
    "M-08",
    _("每个项目占用的额度等于其批复资金"),
    """
    SELECT a.number || ' ' || COALESCE(a.granted_amount, 0) || ' <> ' || COALESCE(SUM(m.amount), 0)
    FROM projects_application a JOIN projects_guide g ON g.id = a.guide_id AND g.envelope_id IS NOT NULL
    LEFT JOIN catalogs_envelopeentry m ON m.envelope_id = g.envelope_id AND m.subject = 'projects.application:' || a.id
    GROUP BY a.id HAVING COALESCE(a.granted_amount, 0) <> COALESCE(SUM(m.amount), 0)
    """,
)
in_sql(
    "M-09",
    _("已安排金额不超过额度"),
    "SELECT title FROM catalogs_fundenvelope WHERE committed_total > amount OR committed_total < 0",
)
in_sql(
    "M-10",
    _("额度等于批准额度加各次经批准的调整"),
    """
    SELECT e.title || ' ' || e.amount FROM catalogs_fundenvelope e
    LEFT JOIN catalogs_budgetadjustment a ON a.envelope_id = e.id AND a.status = 'approved'
    WHERE e.status = 'approved' GROUP BY e.id HAVING e.amount <> e.approved_amount + COALESCE(SUM(a.delta), 0)
    """,
)
in_sql(
    "M-11",
    _("申请资金等于申报预算各行之和"),
    """
    SELECT a.number || ' ' || a.requested_amount || ' <> ' || COALESCE(SUM(l.amount), 0) FROM projects_application a
    LEFT JOIN projects_budgetline l ON l.application_id = a.id AND l.version = 'requested'
    WHERE a.submitted_at IS NOT NULL AND a.status <> 'supplement'
    GROUP BY a.id HAVING a.requested_amount <> COALESCE(SUM(l.amount), 0)
    """,
)
in_sql(
    "M-12",
    _("签约后的预算各行之和等于批复资金"),
    """
    SELECT a.number || ' ' || a.granted_amount || ' <> ' || COALESCE(SUM(l.amount), 0) FROM projects_application a
    JOIN projects_contract c ON c.application_id = a.id AND c.signed_at IS NOT NULL
    LEFT JOIN projects_budgetline l ON l.application_id = a.id AND l.version = 'granted'
    GROUP BY a.id, c.id HAVING a.granted_amount <> COALESCE(SUM(l.amount), 0)
    """,
)
in_sql(
    "M-13",
    _("批复资金不超过申请资金"),
    "SELECT number FROM projects_application WHERE granted_amount > requested_amount OR granted_amount < 0",
)
in_sql(
    "M-14",
    _("合同金额不超过批复资金"),
    """
    SELECT c.number FROM projects_contract c JOIN projects_application a ON a.id = c.application_id
    WHERE c.status <> 'cancelled' AND c.amount > COALESCE(a.granted_amount, 0)
    """,
)
in_sql(
    "M-15",
    _("配套资金等于各来源之和"),
    """
    SELECT a.number || ' ' || a.co_funding_amount || ' <> ' || COALESCE(SUM(f.amount), 0) FROM projects_application a
    LEFT JOIN projects_cofunding f ON f.application_id = a.id
    WHERE a.submitted_at IS NOT NULL AND a.status <> 'supplement'
    GROUP BY a.id HAVING a.co_funding_amount <> COALESCE(SUM(f.amount), 0)
    """,
)
in_sql(
    "M-16",
    _("预算行的金额等于数量乘以单价"),
    """
    SELECT id::text FROM projects_budgetline WHERE amount <> ROUND(quantity * unit_price, 2)
    """,
)
in_sql(
    "M-17",
    _("预算行的已支出和调剂净额等于台账之和"),
    """
    SELECT l.id::text FROM projects_budgetline l LEFT JOIN projects_linetotal t ON t.line_id = l.id
    WHERE COALESCE(t.spent, 0) <> COALESCE((SELECT SUM(amount) FROM projects_expense WHERE line_id = l.id), 0)
       OR COALESCE(t.moved, 0) <> COALESCE((SELECT SUM(amount) FROM projects_reallocation WHERE target_id = l.id), 0)
                                - COALESCE((SELECT SUM(amount) FROM projects_reallocation WHERE source_id = l.id), 0)
    """,
)
in_sql(
    "M-18",
    _("审计报告的支出和不合规合计等于各行之和"),
    """
    SELECT a.id::text FROM projects_financialaudit a LEFT JOIN projects_auditline l ON l.audit_id = a.id
    WHERE a.status = 'final'
    GROUP BY a.id HAVING a.spent_total <> COALESCE(SUM(l.spent), 0)
        OR a.ineligible_total <> COALESCE(SUM(l.ineligible), 0)
    """,
)
in_sql(
    "M-19",
    _("已归档项目的应退资金已经入库"),
    """
    SELECT a.number FROM projects_application a JOIN projects_refund r ON r.application_id = a.id
    WHERE a.status IN ('closed', 'archived') AND r.status <> 'confirmed'
    """,
)
in_sql(
    "M-20",
    _("有效的中标（成交）金额合计不超过购买计划，且不超过供应商的报价"),
    """
    SELECT c.number FROM projects_procedure c JOIN catalogs_purchaseplan p ON p.id = c.plan_id
    JOIN projects_award a ON a.procedure_id = c.id AND a.status IN ('decided', 'announced', 'contracted')
    JOIN projects_bid b ON b.id = a.bid_id
    GROUP BY c.id, p.amount
    HAVING SUM(a.amount) FILTER (WHERE NOT a.is_framework) > p.amount OR BOOL_OR(a.amount > COALESCE(b.final_price, b.price))
    """,
)
in_sql(
    "M-21",
    _("中标（成交）后订立的合同与中标人一致，金额不超过中标（成交）金额"),
    """
    SELECT c.number FROM projects_contract c JOIN projects_award a ON a.id = c.award_id
    WHERE c.status <> 'cancelled' AND (c.amount > a.amount OR c.contractor_id <> a.supplier_id)
    """,
)
