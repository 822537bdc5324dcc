"""Part of the demo world: dossiers with scans, papers on their way, and credit records at every station."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from orgs.models import CreditList, Organization, Qualification, QualificationKind
from orgs.models.credit import AppealKind
from orgs.selectors.dossier import PAPER, SUBJECT
from orgs.selectors.standing import years_before
from orgs.services import credit, dossier
from procurement.access import Actor, actor_for
from procurement.access.models import User
from procurement.demo.bodies import BODIES
from procurement.demo.steps.applying import sample
from procurement.documents import store_generated
from procurement.documents.models import Document
from procurement.lifecycle.engine import perform

_SCAN = "申报承诺书.pdf"


def seed(now: datetime) -> None:
    """Safe to repeat."""
    today = timezone.localtime(now).date()
    _scans()
    if not Qualification.objects.filter(kind=QualificationKind.TAX).exists():
        _papers(today)
    if (
        not Organization.objects.get(name=_name("bicycle"))
        .credit_records.filter(credit_list=CreditList.BREACH)
        .exists()
    ):
        _records(today)


def _scans() -> None:
    """Verified papers of the first parts have their scan too."""
    with_scan = Document.objects.filter(subject_type=SUBJECT).values("subject_id")
    for paper in Qualification.objects.exclude(pk__in=with_scan).select_related("organization"):
        _scan(paper, _actor("civil"))


def _papers(today: date) -> None:
    """org1: all proofs, one about to expire; org2: one waiting for civil affairs; org3: one returned."""
    terms = (
        (QualificationKind.AUDIT_REPORT, "2025年度审计报告", "示例会审〔2026〕088号", 300),
        (QualificationKind.TAX, "", "税证2026-0117", 40),
        (QualificationKind.SOCIAL_INSURANCE, "", "社保缴费证明2026-09", 120),
        (QualificationKind.EQUIPMENT, "无障碍放映设备清单", "2026年度", 300),
        (QualificationKind.DECLARATION, "", "声明2026-01", 300),
    )
    for kind, title, number, days in terms:
        paper = _handed_in("org1", kind, title, number, today, days)
        perform(paper, "qualification.verify", actor=_actor("civil"))
    _handed_in("org2", QualificationKind.TAX, "", "税证2026-0342", today, 200)
    _handed_in("org2", QualificationKind.AUDIT_REPORT, "2025年度审计报告", "示例会审〔2026〕131号", today, 300)
    returned = _handed_in("org3", QualificationKind.SOCIAL_INSURANCE, "", "社保缴费证明2026-08", today, 90)
    perform(returned, "qualification.return", actor=_actor("civil"), reason="扫描件缺盖章页，请补齐后重新提交。")


def _handed_in(username: str, kind: str, title: str, number: str, today: date, days: int) -> Qualification:
    actor = _actor(username)
    organization = Organization.objects.get(pk=next(iter(actor.organization_ids())))
    paper = Qualification(
        organization=organization,
        kind=kind,
        title=title,
        number=number,
        issuer="示例机关",
        issued_on=today - timedelta(days=60),
        expires_on=today + timedelta(days=days),
    )
    dossier.add_paper(actor=actor, paper=paper)
    _scan(paper, actor)
    perform(paper, "qualification.submit", actor=actor)
    return paper


def _scan(paper: Qualification, actor: Actor) -> None:
    store_generated(
        actor=actor,
        content=sample(_SCAN),
        filename="扫描件.pdf",
        subject=paper.subject,
        kind=PAPER,
        title=paper.kind_label,
        organization_id=paper.organization_id,
    )


def _records(today: date) -> None:
    """Beside the published abnormal entry: one waiting for its check, one in force unpublished, one appealed."""
    bicycle = Organization.objects.get(name=_name("bicycle"))
    credit.record_concluded(
        actor=_actor("supervisor"),
        organization=bicycle,
        credit_list=CreditList.BREACH,
        authority="北京市朝阳区财政局",
        document_number=f"朝财监〔{today.year}〕7号",
        reason="上年度骑行公益项目未按合同约定场次完成，且未书面说明。",
        remedy="对认定有异议的，可自收到之日起向财政监督部门申请复核。",
        starts_on=today - timedelta(days=200),
        ends_on=years_before(today - timedelta(days=200), -3),
    )
    credit.record(
        actor=_actor("civil"),
        organization=bicycle,
        credit_list=CreditList.PENALTY,
        authority="北京市朝阳区民政局",
        document_number=f"朝民罚〔{today.year}〕12号",
        reason="未按章程规定的宗旨和业务范围开展活动。",
        remedy="改正后可申请信用修复；不服处罚的，可依法申请行政复议或提起行政诉讼。",
        starts_on=today - timedelta(days=6),
    )
    abnormal = bicycle.credit_records.filter(credit_list=CreditList.ABNORMAL, status="published").first()
    head = _head_of(bicycle)
    if abnormal is not None and head is not None:
        credit.file_appeal(
            actor=head,
            entry=abnormal,
            kind=AppealKind.REPAIR,
            statement="上年度工作报告已补报，住所变更登记已受理，请予移出活动异常名录。",
        )


def _head_of(organization: Organization) -> Actor | None:
    person = User.objects.filter(memberships__organization=organization).first()
    return actor_for(person) if person else None


def _name(key: str) -> str:
    return next(body.name for body in BODIES if body.key == key)


def _actor(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))
