"""A scheme fits together before it is frozen, and never changes after."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.urls import reverse

from evaluation.models import Rubric, RubricFactor, RubricLevel
from evaluation.selectors.rubrics import digest_of, leaves, library, tree
from evaluation.services.rubrics import attach_from_library, draft_from_library, revise
from procurement.access import Role
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from tests.factories import make_actor


@pytest.fixture
def draft(drafted):
    """A second version, still open to change."""
    return draft_from_library(actor=drafted.actor("office"), occasion=drafted.guide, code="changning_score_sheet")


def entered(rubric, **changes):
    """The draft as its editor would send it back; ``changes`` maps a factor's code to what differs."""
    factors = {}
    for factor in leaves(rubric):
        levels = [
            {"label": level.label, "low": level.low, "high": level.high, "anchor": level.anchor}
            for level in factor.levels.all()
        ]
        fields = {name: getattr(factor, name) for name in ("name", "description", "maximum", "objective")}
        factors[factor.pk] = {**fields, "levels": levels, **changes.get(factor.code, {})}
    return {"title": rubric.title, "note": rubric.note, "trimming": rubric.trimming, "factors": factors}


def sentences(rubric, actor):
    return [str(refusal) for refusal in refusals(rubric, "rubric.freeze", actor)]


@pytest.mark.parametrize("code", [code for code, entry in library().items() if "guide_application" in entry["methods"]])
def test_every_scheme_of_the_library_can_be_frozen(district, drafted, code):
    rubric = draft_from_library(actor=drafted.actor("office"), occasion=drafted.guide, code=code)
    assert sentences(rubric, drafted.actor("office")) == []
    assert sum(factor.maximum for factor in leaves(rubric)) == 100


def test_attaching_freezes_and_tells_the_guide(drafted):
    rubric = Rubric.objects.get()
    guide = drafted.guide
    assert rubric.status == "frozen"
    assert (guide.rubric_id, guide.rubric_total, guide.rubric_digest) == (rubric.pk, Decimal(100), digest_of(rubric))


def test_a_new_version_takes_the_place_of_the_frozen_one(drafted, draft):
    first = Rubric.objects.get(version=1)
    perform(draft, "rubric.freeze", actor=drafted.actor("office"), at=drafted.later(hours=1))
    first.refresh_from_db()
    assert (first.status, draft.status, draft.version) == ("superseded", "frozen", 2)
    assert drafted.guide.rubric_id == draft.pk


def test_group_maximum_follows_its_parts(drafted, draft):
    changed = entered(draft, **{"1.1": {"maximum": Decimal(30), "levels": []}})
    revise(actor=drafted.actor("office"), rubric=draft, **changed)
    group = RubricFactor.objects.get(rubric=draft, code="1")
    assert group.maximum == 50
    draft.refresh_from_db()
    assert draft.total == 110


@pytest.mark.parametrize(
    ("code", "change", "sentence"),
    [
        ("1.1", {"maximum": Decimal(19)}, "R-133 各项满分合计 99 分，应为 100 分"),
        ("1.1", {"levels": []}, "没有设置评分档次"),
        ("1.1", {"levels": [{"label": "优", "low": 10, "high": 20, "anchor": "好"}]}, "最低一档应从 0 分起"),
        (
            "1.1",
            {
                "levels": [
                    {"label": "差", "low": 0, "high": 8, "anchor": "差"},
                    {"label": "优", "low": 9, "high": 20, "anchor": "好"},
                ]
            },
            "两档不相接",
        ),
        ("1.1", {"levels": [{"label": "全", "low": 0, "high": 18, "anchor": "好"}]}, "应等于该项满分 20 分"),
        ("1.1", {"description": "上年度年检合格得 5 分"}, "R-130"),
        ("1.1", {"description": "治理结构健全的得满分"}, "资格条件不得作为评审因素"),
        ("1.1", {"description": "获得北京市获奖表彰的加分"}, "R-138"),
        ("1.1", {"description": "成立满五年的得 3 分"}, "R-057"),
    ],
)
def test_a_scheme_that_does_not_fit_is_refused_in_words(drafted, draft, code, change, sentence):
    revise(actor=drafted.actor("office"), rubric=draft, **entered(draft, **{code: change}))
    draft.refresh_from_db()
    assert any(sentence in text for text in sentences(draft, drafted.actor("office")))


def test_a_condition_of_the_guide_is_no_scoring_factor(drafted, draft):
    change = {"1.2": {"description": "具有开展项目所需的设备和专业能力，得 5 分"}}
    revise(actor=drafted.actor("office"), rubric=draft, **entered(draft, **change))
    assert any("具有开展项目所需的设备和专业能力" in text for text in sentences(draft, drafted.actor("office")))


def test_overlapping_levels_are_refused_by_the_database(drafted, draft):
    factor = leaves(draft)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        RubricLevel.objects.create(factor=factor, label="重", low=5, high=15, anchor="与已有两档重叠")


def test_overlapping_levels_read_as_a_sentence(drafted, draft):
    levels = [
        {"label": "差", "low": Decimal(0), "high": Decimal(12), "anchor": "差"},
        {"label": "优", "low": Decimal(10), "high": Decimal(20), "anchor": "好"},
    ]
    with pytest.raises(RuleViolation, match="R-132 各档分值区间不得重叠"):
        revise(actor=drafted.actor("office"), rubric=draft, **entered(draft, **{"1.1": {"levels": levels}}))


AGAINST_FROZEN = (
    "UPDATE evaluation_rubric SET title = 'x' WHERE status = 'frozen'",
    "UPDATE evaluation_rubric SET trimming = true WHERE status = 'frozen'",
    "UPDATE evaluation_rubricfactor SET maximum = 30",
    "UPDATE evaluation_rubriclevel SET high = 99 WHERE label = '优'",
    "DELETE FROM evaluation_rubriclevel",
    "INSERT INTO evaluation_rubricfactor (id, rubric_id, code, name, description, maximum, objective, evidence,"
    " position) SELECT gen_random_uuid(), id, 'Z', 'z', '', 5, false, '', 99 FROM evaluation_rubric",
)


def test_a_frozen_scheme_cannot_be_changed_even_by_raw_sql(drafted):
    for statement in AGAINST_FROZEN:
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_published_guide_takes_no_other_scheme(published):
    with pytest.raises(RuleViolation, match="R-131"):
        attach_from_library(actor=published.actor("office"), occasion=published.guide, code="beijing_special_fund")


def test_only_the_office_writes_schemes(drafted):
    with pytest.raises(RuleViolation, match="S-02"):
        draft_from_library(actor=drafted.actor("finance"), occasion=drafted.guide, code="beijing_special_fund")


def test_the_frozen_scheme_is_public_with_its_guide(client, published):
    rubric = Rubric.objects.get()
    page = client.get(rubric.get_absolute_url())
    assert page.status_code == 200
    assert "需求与必要性" in page.content.decode()
    assert "评分办法" in client.get(published.guide.get_absolute_url()).content.decode()


@pytest.mark.parametrize("name", ["rubric", "rubric-edit"])
def test_a_draft_scheme_is_hidden_from_strangers(client, drafted, draft, name):
    client.force_login(make_actor(Role.ORG).user)
    assert client.get(reverse(name, args=[draft.pk])).status_code == 404
    assert client.get(reverse("rubric-choose", args=[drafted.guide.pk])).status_code == 404


def test_the_office_edits_a_draft_on_one_page(client, drafted, draft):
    client.force_login(drafted.actor("office").user)
    address = reverse("rubric-edit", args=[draft.pk])
    form = client.get(address).context["editor"]
    data = {"title": "新名称", "note": "说明"}
    for editor in form.factors:
        for part in editor.forms():
            data |= {f"{part.prefix}-{name}": part.initial[name] for name in part.initial if part.initial[name]}
    assert client.post(address, data).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "新名称"
    assert len(tree(draft)) == 9
    broken = {**data, next(key for key in data if key.endswith("-maximum")): "-1"}
    assert client.post(address, broken).status_code == 422
