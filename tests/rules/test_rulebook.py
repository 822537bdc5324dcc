"""Every rule can be shown to an official: Chinese title, sentence, citation."""

import re

import pytest

from procurement.rules import Effect, Regime, UnknownRule, registry

DOMAIN_RULES = [rule for rule in registry.values() if rule.id.startswith("R-")]


def test_registry_holds_all_243_rules_of_the_specification():
    assert len(DOMAIN_RULES) == 243
    assert len({rule.id for rule in DOMAIN_RULES}) == 243


@pytest.mark.parametrize("rule", list(registry.values()), ids=list(registry))
def test_rule_is_written_in_chinese(rule):
    assert 4 <= len(rule.title) <= 22
    assert rule.text.endswith("。")
    assert not re.search(r"[A-Za-z]{3,}", rule.title + rule.text)
    assert rule.citation
    assert rule.section
    assert rule.regimes


def test_titles_are_distinct():
    assert len({rule.title for rule in registry.values()}) == len(registry)


@pytest.mark.parametrize(
    ("rule_id", "citation"),
    [
        ("R-205", "成财采〔2017〕143号第23条"),
        ("R-208", "《政府采购法》第49条"),
        ("R-025", "《政府采购法实施条例》第28条；《政府采购法》第28条"),
        ("R-005", "粤府办〔2012〕48号第四条"),
        (
            "R-206",
            "《政府采购法实施条例》第72条第（四）项；《政府购买服务管理办法》（财政部令第102号，待核）；"
            "承接村（社区）服务协议（样本）第七条",
        ),
        ("R-306", "《民法典》第1259条"),
        ("R-133", "平台约定"),
    ],
)
def test_citation_names_the_instrument_and_article(rule_id, citation):
    assert registry[rule_id].citation == citation


def test_no_raw_source_tag_reaches_a_citation():
    assert not [rule.id for rule in registry.values() if re.search(r"\[|S4e|GPL|GPR|\bK\b", rule.citation)]


def test_rule_known_only_from_general_knowledge_is_unverified_and_says_so():
    unverified = [rule for rule in registry.values() if not rule.verified]
    assert {"R-058", "R-093", "R-251"} <= {rule.id for rule in unverified}
    assert all("待核" in rule.citation for rule in unverified)


def test_rule_with_a_read_source_is_verified_even_beside_an_unread_one():
    assert registry["R-013"].verified
    assert "待核" in registry["R-013"].citation


def test_regimes_are_read_from_the_specification():
    assert registry["R-053"].regimes == (Regime.GRANT_APPLICATION,)
    assert registry["R-200"].regimes == (Regime.STATUTORY, Regime.OTHER_PURCHASE)
    assert registry["R-001"].for_every_regime
    assert registry["R-203"].for_every_regime


def test_effect_is_one_of_four():
    assert registry["R-060"].effect == Effect.BLOCK
    assert {rule.effect for rule in registry.values()} == set(Effect)


def test_unknown_rule_is_refused():
    with pytest.raises(UnknownRule, match="R-999"):
        registry["R-999"]
