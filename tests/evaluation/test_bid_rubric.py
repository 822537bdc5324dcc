"""The scheme of a procedure: what may earn points, how much the price weighs, and that it stands still (R-130 … R-145)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from evaluation.models import Rubric
from evaluation.selectors.rubrics import draft_of, library_for, price_points, rubric_of
from evaluation.services.rubrics import add_factor, attach_from_library, draft_from_library, remove_factor
from procurement.access import Role
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from projects.models import Procedure
from tests.factories.panels import buyer_of
from tests.factories.people import make_actor
from tests.factories.procedures import make_procedure

pytestmark = pytest.mark.django_db


@pytest.fixture
def procedure(district):
    return make_procedure("draft")


def start(procedure, code="open_tender_services"):
    return draft_from_library(actor=buyer_of(procedure), occasion=procedure, code=code)


def found(rubric):
    return " ".join(str(refusal) for refusal in refusals(rubric, "rubric.freeze", buyer_of(rubric.procedure)))


def price_of(rubric, points):
    """Make the price weigh so much, and take the difference from the first group's first part."""
    price = rubric.factors.get(aspect="price")
    price.maximum = points
    price.save()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("open_tender", "open_tender_services"),
        ("competitive_consultation", "consultation_services"),
        ("competitive_negotiation", "lowest_price"),
        ("competitive_selection", "changning_score_sheet"),
    ],
)
def test_each_way_of_buying_finds_a_scheme_that_can_be_frozen(district, kind, code):
    procedure = make_procedure("draft", kind=kind, method_reason="技术复杂，不能确定具体要求")
    assert code in library_for(procedure)
    rubric = attach_from_library(actor=buyer_of(procedure), occasion=procedure, code=code)
    procedure.refresh_from_db()
    assert (rubric.status, procedure.rubric_id, procedure.rubric_digest) == ("frozen", rubric.pk, rubric.digest)


def test_somebody_says_that_the_conditions_were_compared(procedure):
    rubric = start(procedure)
    assert "R-130 请逐条比对" in found(rubric)
    Rubric.objects.filter(pk=rubric.pk).update(conditions_compared=True)
    rubric.refresh_from_db()
    assert found(rubric) == ""


@pytest.mark.parametrize(
    ("kind", "code", "points", "sentence"),
    [
        ("open_tender", "open_tender_services", 9, "价格分 9 分，不得低于 10 分"),
        ("competitive_consultation", "consultation_services", 31, "不得高于 30 分"),
    ],
)
def test_the_price_weighs_as_the_law_says(district, kind, code, points, sentence):
    procedure = make_procedure("draft", kind=kind, method_reason="技术复杂", regime="statutory")
    rubric = start(procedure, code)
    price_of(rubric, points)
    assert sentence in found(rubric)
    Procedure.objects.filter(pk=procedure.pk).update(regime="other_purchase")
    assert sentence not in found(Rubric.objects.get(pk=rubric.pk))


def test_a_fixed_price_earns_nothing(district):
    rubric = start(make_procedure("draft", regime="statutory"))
    rubric.fixed_price = True
    rubric.save()
    assert "价格不列为评分因素" in found(rubric)


def test_a_negotiation_compares_the_price_alone_and_a_consultation_never_does(district):
    negotiation = make_procedure("draft", kind="competitive_negotiation", method_reason="时间紧迫")
    assert "R-144 竞争性谈判" in found(start(negotiation))
    consultation = make_procedure("draft", kind="competitive_consultation", method_reason="技术复杂")
    rubric = start(consultation, "lowest_price")
    Rubric.objects.filter(pk=rubric.pk).update(requirements="")
    text = found(Rubric.objects.get(pk=rubric.pk))
    assert "R-144 竞争性磋商须采用综合评分" in text
    assert "R-137 只比较报价的，须把最低质量要求写成实质性要求" in text


def test_awards_of_an_industry_and_preferred_kinds_earn_no_points(procedure):
    rubric = start(procedure)
    factor = rubric.factors.get(code="D")
    factor.description = "获得本行业主管部门颁发的奖项加分；小微企业加2分"
    factor.save()
    text = found(rubric)
    assert "R-138" in text
    assert "R-145" in text


def test_a_factor_is_added_put_into_words_and_removed(procedure):
    rubric, buyer = start(procedure), buyer_of(procedure)
    group = rubric.factors.get(code="B")
    add_factor(actor=buyer, rubric=rubric, name="居民参与", maximum=Decimal(4), parent=group)
    added = rubric.factors.get(name="居民参与")
    assert (added.code, added.levels.count()) == ("B.4", 4)
    rubric.refresh_from_db()
    text = found(rubric)
    assert rubric.total == 104
    assert "没有写明评分标准" in text
    assert "合计 104 分" in text
    remove_factor(actor=buyer, factor=added)
    rubric.refresh_from_db()
    assert rubric.total == 100


def test_once_the_document_is_with_its_checker_the_scheme_stands_still(district):
    checked = make_procedure("checking")
    with pytest.raises(RuleViolation, match="R-131"):
        start(checked)


def test_a_new_version_takes_the_place_of_the_old_one_while_the_document_is_a_draft(procedure):
    buyer = buyer_of(procedure)
    first = attach_from_library(actor=buyer, occasion=procedure, code="open_tender_services")
    second = attach_from_library(actor=buyer, occasion=procedure, code="open_tender_services")
    first.refresh_from_db()
    assert (first.status, second.version) == ("superseded", 2)
    assert rubric_of(procedure) == second


def test_the_scheme_is_public_with_the_procedure_and_not_before(client, procedure):
    rubric = attach_from_library(actor=buyer_of(procedure), occasion=procedure, code="open_tender_services")
    assert client.get(rubric.get_absolute_url()).status_code == 404
    client.force_login(make_actor(Role.ORG).user)
    assert client.get(rubric.get_absolute_url()).status_code == 404
    client.force_login(make_actor(Role.PU_CHK, procedure.purchaser).user)
    assert client.get(rubric.get_absolute_url()).status_code == 200


def test_officers_build_the_scheme_on_the_pages(client, procedure):
    buyer = buyer_of(procedure)
    client.force_login(buyer.user)
    assert "设置评分办法" in client.get(procedure.get_absolute_url()).content.decode()
    client.post(reverse("procedure-rubric", args=[procedure.pk]), {"code": "open_tender_services"})
    rubric = draft_of(procedure)
    page = client.get(reverse("rubric-edit", args=[rubric.pk])).content.decode()
    assert "价格分由系统按公式计算" in page
    client.post(reverse("rubric-factor-add", args=[rubric.pk]), {"name": "居民参与", "maximum": "5"})
    added = rubric.factors.get(name="居民参与")
    client.post(reverse("rubric-factor-remove", args=[rubric.pk, added.pk]))
    assert not rubric.factors.filter(pk=added.pk).exists()
    client.force_login(make_actor(Role.PU_BUY).user)
    assert client.get(reverse("procedure-rubric", args=[procedure.pk])).status_code == 404
    Rubric.objects.filter(pk=rubric.pk).update(conditions_compared=True)
    rubric.refresh_from_db()
    perform(rubric, "rubric.freeze", actor=buyer)
    assert price_points(rubric) == 20
