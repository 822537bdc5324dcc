"""Step 10 and every later tranche: what it waited for, and the three people who asked, approved and paid (R-250, R-254)."""

from __future__ import annotations

from decimal import Decimal

from procurement.dossier.blocks import Block, Section, facts, instant, money, note, percent, section
from procurement.dossier.file import CaseFile
from projects.models import Payment

_DUTIES = (
    ("payment.request", "申请付款"),
    ("payment.approve", "审批通过"),
    ("payment.pay", "支付"),
    ("payment.confirm", "确认到账"),
)


def told(file: CaseFile) -> list[Section]:
    contract = file.contract
    if contract is None:
        return [section("拨款", note("尚无合同，没有拨款计划。"))]
    rows = list(
        Payment.objects.filter(contract=contract)
        .select_related("requested_by", "approved_by", "paid_by")
        .order_by("tranche")
    )
    paid = sum((row.amount for row in rows if row.paid_at is not None), Decimal("0.00"))
    return [
        section(
            "拨款总况",
            facts(
                ("合同金额", money(contract.amount)),
                ("已支付", money(contract.paid_total)),
                ("各期已付合计", money(paid)),
                ("合计核验", "一致" if paid == contract.paid_total else "不一致"),
                ("支付比例", percent(contract.paid_total, contract.amount)),
                ("未支付", money(contract.unpaid)),
            ),
        ),
        *(section(f"第 {row.tranche} 期", _tranche(row, file)) for row in rows),
    ]


def _tranche(payment: Payment, file: CaseFile) -> Block:
    done = {act.record.transition: act.record for act in file.acts if act.record.object_id == payment.pk}
    steps = [
        (
            label,
            f"{record.actor}（{record.organization_name}） {instant(record.at)}" if (record := done.get(name)) else "",
        )
        for name, label in _DUTIES
    ]
    people = {payment.requested_by_id, payment.approved_by_id, payment.paid_by_id} - {None}
    return facts(
        ("金额", money(payment.amount)),
        ("比例", percent(payment.share, 1)),
        ("付款条件", payment.condition_labels),
        ("状态", str(payment.state.label)),
        ("发票号码", payment.invoice_number),
        ("收到发票日期", payment.invoiced_on),
        ("付款期限", payment.due_on),
        *steps,
        ("支付凭证号", payment.voucher_number),
        ("支付时间", payment.paid_at),
        ("三人分设", ("是" if len(people) == 3 else "否") if payment.paid_by_id else ""),
    )
