"""Part of the demo world: the district's catalogue in force, its next edition, and wishes with their answers."""

from __future__ import annotations

from datetime import date, datetime

from catalogs.models import CatalogueItem, CatalogueProposal, GuidanceCatalogue, ProcurementCode
from catalogs.services import guidance
from catalogs.services.proposals import save_proposal
from orgs.models import Organization
from procurement.access import Actor, actor_for
from procurement.access.models import User
from procurement.demo.bodies import BODIES, CHAOYANG
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform

TITLE = "北京市朝阳区政府购买服务指导性目录（示例）"
#: What the district buys most from social organisations: priority fields, and what it should buy from them.
_PREFERRED = ("A04", "A05", "A08", "A10", "A14")
_SHALL = ("A1001", "A1002")
#: Lines the district adds at level 3, with the procurement codes they answer to.
_OWN = (
    ("A0408", "居家和社区养老服务", "A04", ("C05010400", "C05020100")),
    ("A0801", "公共文化进社区服务", "A08", ("C06030700",)),
    ("A0501", "社会心理服务", "A05", ("C04079900",)),
    ("A1401", "应急救援与防灾减灾培训", "A14", ("C05030300", "C02060000")),
)


def seed(now: datetime) -> None:
    """Safe to repeat: what is there already is left as people have changed it since."""
    if GuidanceCatalogue.objects.filter(title=TITLE).exists():
        return
    first = _published()
    second = guidance.open_edition(
        actor=_actor("finance"),
        region=first.region,
        title=TITLE,
        compiler=first.compiler,
        approver=first.approver,
        based_on=first,
        note="2027年版，根据各单位的调整建议编制。",
    )
    _wishes(second)


def _published() -> GuidanceCatalogue:
    finance, office = _organization("finance"), _organization("office")
    compiler = _actor("finance")
    catalogue = guidance.open_edition(
        actor=compiler,
        region=finance.region,
        title=TITLE,
        compiler=finance,
        approver=office,
        based_on=GuidanceCatalogue.objects.get(level="national"),
        note="演示用目录：沿用国家目录的两类三级结构，由本区增列部分条目。",
    )
    _mark(compiler, catalogue)
    _own_items(compiler, catalogue)
    perform(catalogue, "catalogue.submit", actor=compiler, at=local(2025, 11, 3, 10))
    perform(
        catalogue,
        "catalogue.approve",
        actor=_actor("leader"),
        at=local(2025, 11, 20, 15),
        document_number="朝政办发〔2025〕31号",
    )
    perform(catalogue, "catalogue.publish", actor=compiler, at=local(2025, 11, 24, 9), valid_from=date(2025, 12, 1))
    return catalogue


def _mark(compiler: Actor, catalogue: GuidanceCatalogue) -> None:
    for item in catalogue.items.filter(code__in=[*_PREFERRED, *_SHALL]).select_related("catalogue", "parent"):
        item.prefers_social, item.shall_be_social = item.code in _PREFERRED, item.code in _SHALL
        guidance.save_item(actor=compiler, item=item)


def _own_items(compiler: Actor, catalogue: GuidanceCatalogue) -> None:
    for code, name, parent, codes in _OWN:
        item = CatalogueItem(
            catalogue=catalogue, code=code, name=name, parent=catalogue.items.get(code=parent), is_public_service=True
        )
        guidance.save_item(actor=compiler, item=item)
        guidance.map_codes(actor=compiler, item=item, codes=list(ProcurementCode.objects.filter(pk__in=codes)))


def _wishes(edition: GuidanceCatalogue) -> None:
    """One adopted into the next edition, one refused with its reason, one waiting for finance."""
    finance = _actor("finance")
    adopted = _wish(
        "residents", "resident", "社区托幼服务", "双职工家庭多，放学后和寒暑假无人照看，居民议事会两次提出。"
    )
    perform(
        adopted,
        "catalogue_proposal.adopt",
        actor=finance,
        at=local(2026, 3, 18, 10),
        reason="需求明确、属于政府职责，列入下一版社会保障服务。",
        edition=edition,
        parent=edition.items.get(code="A04"),
        code="A0409",
    )
    refused = _wish("org3", "org3", "剧场设备采购", "排练场地音响老化，希望由专项资金购置。")
    perform(
        refused,
        "catalogue_proposal.refuse",
        actor=finance,
        at=local(2026, 3, 18, 11),
        reason="设备属于货物，不得纳入政府购买服务；请按资产购置渠道申请。",
    )
    _wish("hub", "hub", "志愿服务保险与培训", "志愿者参与应急和助老活动须有保险和岗前培训，现目录未列。")


def _wish(body: str, username: str, name: str, grounds: str) -> CatalogueProposal:
    actor = _actor(username)
    proposal = save_proposal(
        actor=actor,
        proposal=CatalogueProposal(region_id=CHAOYANG, reviewer=_organization("finance"), name=name, grounds=grounds),
        organization=_organization(body),
    )
    perform(proposal, "catalogue_proposal.submit", actor=actor, at=local(2026, 3, 9, 10))
    return proposal


def _organization(key: str) -> Organization:
    return Organization.objects.get(name=next(body.name for body in BODIES if body.key == key))


def _actor(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))
