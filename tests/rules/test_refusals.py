"""A refusal is one sentence with its rule and article, wherever it is shown."""

import pytest

from procurement.rules import Guard, Refusal, RuleViolation, UnknownRule, guard, marks


@guard("R-060")
def within_cap(attempt):
    return f"本单位本年度已申报 {attempt} 项，上限 2 项" if attempt >= 2 else None


@guard("R-041")
def not_bought_twice(attempt):
    return ["社区甲已购买", "社区乙已购买"]


@guard("R-055", "R-056")
def in_good_standing(attempt):
    return [Refusal("R-056", "列入活动异常名录", warning=True), "上年度年检不合格"]


def test_refusal_reads_as_rule_sentence_and_article():
    refusal = Refusal("R-205", "上一年度考核未通过")
    assert str(refusal) == "R-205 上一年度考核未通过 · 依据：成财采〔2017〕143号第23条"


def test_refusal_under_an_unread_article_says_so():
    assert "待核" in str(Refusal("R-058", "要求注册资本不低于 100 万元"))


def test_refusals_with_the_same_words_are_equal_and_hash_alike():
    assert {Refusal("R-060", "超过上限"), Refusal("R-060", "超过上限")} == {Refusal("R-060", "超过上限")}
    assert Refusal("R-060", "超过上限") != Refusal("R-060", "超过上限", warning=True)


def test_refusal_as_json_carries_what_an_api_client_needs():
    body = Refusal("R-058", "不得要求注册资本").as_json()
    assert body["rule"] == "R-058"
    assert body["verified"] is False
    assert body["sentence"] == str(Refusal("R-058", "不得要求注册资本"))
    assert body["url"] == "/handbook/rules/R-058/"


def test_refusal_under_an_unknown_rule_fails_where_it_is_written():
    with pytest.raises(UnknownRule):
        Refusal("R-998", "没有这条规则")


def test_guard_that_finds_nothing_refuses_nothing():
    assert within_cap(1) == []


def test_guard_turns_a_sentence_into_a_blocking_refusal():
    assert within_cap(2) == [Refusal("R-060", "本单位本年度已申报 2 项，上限 2 项")]


def test_guard_under_a_warning_rule_warns_for_every_sentence():
    found = not_bought_twice(None)
    assert [refusal.message for refusal in found] == ["社区甲已购买", "社区乙已购买"]
    assert all(refusal.warning for refusal in found)


def test_guard_of_several_rules_keeps_each_refusal_under_its_own():
    assert in_good_standing(None) == [
        Refusal("R-056", "列入活动异常名录", warning=True),
        Refusal("R-055", "上年度年检不合格"),
    ]


def test_guard_may_turn_a_blocking_rule_into_a_warning():
    softened = guard("R-060", warning=True)(lambda attempt: "原则上不超过 2 项")
    assert softened(None) == [Refusal("R-060", "原则上不超过 2 项", warning=True)]


def test_guard_citing_a_rule_it_does_not_declare_is_refused():
    stray = guard("R-060")(lambda attempt: Refusal("R-061", "未经主责单位同意"))
    with pytest.raises(UnknownRule, match="R-061"):
        stray(None)


def test_guard_under_an_unknown_rule_fails_at_import():
    with pytest.raises(UnknownRule, match="R-997"):
        guard("R-060", "R-997")(lambda attempt: None)


def test_guard_without_a_rule_fails_at_import():
    with pytest.raises(UnknownRule):
        guard()


def test_guard_keeps_the_name_of_its_check_and_leaves_a_mark():
    assert isinstance(within_cap, Guard)
    assert within_cap.__name__ == "within_cap"
    assert within_cap.place in {mark.where for mark in marks("R-060")}


def test_violation_says_every_refusal():
    violation = RuleViolation([Refusal("R-060", "超过上限"), Refusal("R-061", "未经主责单位同意")])
    assert str(violation) == "；".join(map(str, violation.refusals))
    assert len(violation.refusals) == 2
