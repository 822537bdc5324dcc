"""The handbook is public and says what the code says."""

import sys

import pytest
from django.core.management import call_command

from procurement.rules import register_enforcement
from procurement.rules.glossary import terms
from procurement.rules.handbook import register_chapter
from procurement.rules.models import RuleSet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def chinese(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"


@pytest.fixture
def handbook_registries(monkeypatch):
    """Marks and chapters a test adds are gone after it."""
    for name, registry in (("marks", "_marks"), ("handbook", "_chapters")):
        module = sys.modules[f"procurement.rules.{name}"]
        monkeypatch.setattr(module, registry, dict(getattr(module, registry)))


@pytest.mark.parametrize(
    "path", ["/handbook/", "/handbook/rules/", "/handbook/glossary/", "/handbook/parameters/", "/handbook/rules/R-060/"]
)
def test_page_is_open_to_everybody(client, path):
    assert client.get(path).status_code == 200


def test_rule_list_shows_all_rules_with_constant_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        page = client.get("/handbook/rules/").content.decode()
    assert page.count('href="/handbook/rules/R-') == 243
    assert "年度申报项目有上限" in page


def test_rule_list_filters_and_ignores_a_choice_that_does_not_exist(client):
    assert client.get("/handbook/rules/?regime=grant_application&effect=block").context["found"] < 243
    assert client.get("/handbook/rules/?words=转包 第三人").context["found"] == 1
    assert client.get("/handbook/rules/?section=none").context["found"] >= 243


def test_rule_list_without_a_match_says_so(client):
    assert "没有符合条件的规则" in client.get("/handbook/rules/?words=不存在的词").content.decode()


def test_page_of_a_rule_shows_code_of_a_room_beside(client):
    page = client.get("/handbook/rules/R-300/")
    assert page.context["row"].state == "computed"
    assert "procurement.calendars.clock.add_days" in page.content.decode()


def test_page_of_a_rule_follows_a_new_mark(client, handbook_registries):
    before = client.get("/handbook/rules/R-258/").context["row"]
    register_enforcement("R-258", "voucher.choose", "/handbook/lifecycles/voucher/")
    page = client.get("/handbook/rules/R-258/")
    assert page.context["row"].state == "enforced" != before.state
    assert "voucher.choose" in page.content.decode()
    assert 'href="/handbook/lifecycles/voucher/"' in page.content.decode()


def test_rule_under_an_unread_article_is_marked_on_list_and_page(client):
    page = client.get("/handbook/rules/R-058/").content.decode()
    assert "待核" in page
    assert "尚未与官方原文核对" in page
    assert "待核" in client.get("/handbook/rules/?words=R-058").content.decode()


def test_unknown_rule_is_not_found(client):
    assert client.get("/handbook/rules/R-999/").status_code == 404


def test_english_reader_gets_the_english_sentence(client):
    page = client.get("/handbook/rules/R-060/", HTTP_ACCEPT_LANGUAGE="en").context["rule"]
    assert page.text_en.startswith("Application cap")


def test_glossary_finds_a_term_by_its_ocds_element(client):
    page = client.get("/handbook/glossary/?words=transaction")
    assert page.context["found"] >= 2
    assert "支付" in page.content.decode()


def test_glossary_terms_are_complete_and_distinct():
    assert len(terms()) > 130
    assert all(term.term and term.identifier and term.meaning for term in terms())
    assert len({term.term for term in terms()}) == len(terms())


def test_parameters_show_rule_sets_in_force_and_past(client):
    rows = {str(row.rule_set): row.in_force for row in client.get("/handbook/parameters/").context["rows"]}
    assert rows["北京市 · 专项资金申报 · v2"] is True
    assert rows["北京市 · 专项资金申报 · v1"] is False


def test_rule_set_page_tells_local_values_from_defaults(client):
    shanghai = RuleSet.objects.get(jurisdiction="310000", regime="grant_application")
    page = client.get(f"/handbook/parameters/{shanghai.pk}/").content.decode()
    assert "15 日" in page
    assert "本地规定" in page
    assert "缺省" in page


def test_draft_rule_set_has_no_public_page(client):
    draft = RuleSet.objects.create(
        jurisdiction="330000",
        jurisdiction_name="浙江省",
        level="provincial",
        regime="statutory",
        version=1,
        valid_from="2020-01-01",
        basis="草案",
    )
    assert client.get(f"/handbook/parameters/{draft.pk}/").status_code == 404


def test_write_handbook_writes_every_chapter(tmp_path, handbook_registries):
    register_chapter("lifecycles", lambda: "# 流程\n")
    call_command("write_handbook", out=tmp_path, verbosity=0)
    rules = (tmp_path / "handbook" / "rules.md").read_text(encoding="utf-8")
    assert rules.count("| R-") == 243
    assert "待核" in rules
    assert (tmp_path / "handbook" / "lifecycles.md").read_text(encoding="utf-8") == "# 流程\n"
    assert "购买主体" in (tmp_path / "glossary.md").read_text(encoding="utf-8")


def test_write_handbook_twice_writes_the_same_bytes(tmp_path):
    call_command("write_handbook", out=tmp_path / "a", verbosity=0)
    call_command("write_handbook", out=tmp_path / "b", verbosity=0)
    first, second = (sorted((tmp_path / side).rglob("*.md")) for side in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
