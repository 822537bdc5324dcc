"""能否申报: the page answers what the submission will say, because both ask the same."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from orgs.models import InspectionResult, QualificationKind, Severity
from orgs.selectors.dossier import in_words
from orgs.selectors.eligibility import Answer, Answered, Question, answers_to, conditions_for, refusals_from
from procurement.access import Role
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import Regime, RuleViolation
from procurement.rules.parameters import parameter
from projects.selectors.eligibility import Entry, question_about
from tests.factories import make_actor, make_seat, make_social_organization
from tests.factories.applications import fill, make_applicant, make_applying, make_guide
from tests.factories.standing import attach_scan, make_entry, make_paper, run_out

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)


def put(organization, regime: Regime, on: date = ON) -> dict[str, Answered]:
    question = Question(organization, on, regime, lambda code: parameter(code).default_for(regime))
    return {answered.condition.code: answered for answered in answers_to(question)}


def page_of(client, guide) -> str:
    return client.get(reverse("guide-eligibility", args=[guide.pk])).text


# --- the story ------------------------------------------------------------------------------------------------------


def test_expired_certificate_stops_the_submission_until_a_new_one_is_verified(client) -> None:
    """Given an application that relies on a certificate, when it runs out, the head reads so with its date;
    when a new one is registered, verified and chosen, the application is handed in."""
    applying = make_applying()
    application, applicant = applying.application, applying.application.applicant
    old = applicant.qualifications.get()
    day = timezone.localdate() - timedelta(days=1)
    run_out(old, day)

    with pytest.raises(RuleViolation) as refused:
        perform(application, "application.submit", actor=applying.head)
    sentence = f"R-050 法人登记证书已于{in_words(day)}到期（编号{old.number}），请登记新材料并经民政部门核验"
    assert [str(r).split(" · ")[0] for r in refused.value.refusals] == [sentence]
    client.force_login(applying.head.user)
    page = page_of(client, applying.guide)
    assert f"法人登记证书已于{in_words(day)}到期" in page
    assert "现在还不能申报" in page

    new = make_paper(applicant, kind=QualificationKind.REGISTRATION, status="draft", replaces=old)
    perform(new, "qualification.submit", actor=applying.operator)
    perform(new, "qualification.verify", actor=make_actor(Role.CIV))
    fill(applying)
    assert list(application.qualifications.all()) == [new]
    assert "符合申报条件" in page_of(client, applying.guide)
    perform(application, "application.submit", actor=applying.head)
    assert application.status == "submitted"


def test_page_and_submission_give_the_same_refusals() -> None:
    applying = make_applying()
    applicant = applying.application.applicant
    applicant.inspections.update(result=InspectionResult.FAILED)
    make_entry(applicant, credit_list="serious")
    run_out(applicant.qualifications.get(), timezone.localdate() - timedelta(days=1))
    said = {str(r) for r in refusals(applying.application, "application.submit", applying.head)}
    shown = {str(r) for r in refusals_from(answers_to(question_about(applying.application, timezone.localdate())))}
    assert said == shown
    assert {sentence[:5] for sentence in said} == {"R-050", "R-055", "R-056"}


def test_serious_list_blocks_with_rule_and_article_and_no_longer_after_its_end() -> None:
    applying = make_applying()
    applicant, today = applying.application.applicant, timezone.localdate()
    make_entry(applicant, credit_list="serious", starts_on=today - timedelta(days=400), ends_on=today)
    with pytest.raises(RuleViolation, match=r"R-056 申报单位已列入严重违法失信名单 · 依据：.+"):
        perform(applying.application, "application.submit", actor=applying.head)
    tomorrow = timezone.now() + timedelta(days=1)
    assert refusals(applying.application, "application.submit", applying.head, at=tomorrow) == []


# --- regimes --------------------------------------------------------------------------------------------------------


def test_abnormal_list_blocks_a_grant_and_only_warns_in_statutory_procurement() -> None:
    applicant = make_applicant()
    make_entry(applicant, credit_list="abnormal", starts_on=date(2026, 1, 1))
    assert put(applicant, Regime.GRANT_APPLICATION)["abnormal"].blocks
    statutory = put(applicant, Regime.STATUTORY)["abnormal"]
    assert statutory.warns
    assert not statutory.blocks


@pytest.mark.parametrize(
    ("on", "decided", "grant", "statutory"),
    [
        (date(2028, 2, 29), date(2026, 2, 28), Answer.NO, Answer.NO),
        (date(2028, 2, 29), date(2026, 2, 27), Answer.YES, Answer.NO),
        (date(2028, 2, 29), date(2025, 2, 28), Answer.YES, Answer.NO),
        (date(2028, 2, 29), date(2025, 2, 27), Answer.YES, Answer.YES),
        (date(2027, 2, 28), date(2024, 2, 29), Answer.YES, Answer.NO),
        (date(2027, 3, 1), date(2024, 2, 29), Answer.YES, Answer.YES),
    ],
)
def test_look_back_counts_to_the_day_two_years_for_grants_three_for_tenders(on, decided, grant, statutory) -> None:
    applicant = make_applicant()
    make_entry(applicant, starts_on=decided, severity=Severity.MAJOR)
    assert put(applicant, Regime.GRANT_APPLICATION, on)["penalty"].answer == grant
    assert put(applicant, Regime.STATUTORY, on)["violation"].answer == statutory


def test_minor_penalty_bars_from_a_grant_but_is_no_major_violation() -> None:
    applicant = make_applicant()
    make_entry(applicant, starts_on=date(2025, 6, 1), severity=Severity.MINOR)
    assert put(applicant, Regime.GRANT_APPLICATION)["penalty"].blocks
    assert put(applicant, Regime.STATUTORY)["violation"].answer == Answer.YES


def test_expired_ban_is_no_ground_and_says_so() -> None:
    applicant = make_applicant()
    make_entry(applicant, credit_list="bad_conduct", starts_on=date(2024, 1, 1), ends_on=date(2026, 2, 28))
    answered = put(applicant, Regime.STATUTORY, ON)["ban"]
    assert answered.answer == Answer.YES
    assert "期限已满" in answered.outcomes[0].message
    assert put(applicant, Regime.STATUTORY, date(2026, 2, 28))["ban"].blocks


def test_statutory_procurement_asks_for_every_proof_and_a_grant_for_the_registration() -> None:
    applicant = make_applicant()
    assert put(applicant, Regime.GRANT_APPLICATION)["proofs"].answer == Answer.YES
    missing = [o for o in put(applicant, Regime.STATUTORY)["proofs"].outcomes if o.answer == Answer.MISSING]
    assert len(missing) == 5
    assert {outcome.rule_id for outcome in missing} == {"R-051"}
    assert all(outcome.url for outcome in missing)


def test_nothing_is_asked_about_place_or_age_and_the_page_says_so() -> None:
    young = make_social_organization(registered_on=timezone.localdate())
    for regime in Regime:
        answered = put(young, regime)["place"]
        assert answered.answer == Answer.NOTE
        assert "不要求注册地" in answered.outcomes[0].message


def test_grade_size_breach_and_party_never_refuse() -> None:
    applicant = make_applicant()
    make_entry(applicant, credit_list="breach", starts_on=date(2025, 6, 1))
    answers = put(applicant, Regime.STATUTORY)
    for code in ("grade", "size", "breach", "party", "place"):
        assert answers[code].answer == Answer.NOTE
        assert not answers[code].blocks


def test_every_condition_has_its_words_rule_and_article() -> None:
    asked = {one.rule_id: one for regime in Regime for one in conditions_for(regime, Entry(make_guide()))}
    for condition in asked.values():
        assert str(condition.asks)
        assert str(condition.label)
    assert {f"R-0{n}" for n in (50, 52, 53, 55, 56, 57, 58, 59, 60, 61, 62, 65, 66, 67, 68, 69)} <= set(asked)


# --- pages ----------------------------------------------------------------------------------------------------------


def test_visitors_read_the_conditions_in_words_and_how_to_register(client) -> None:
    guide = make_guide()
    page = page_of(client, guide)
    assert "本指南看哪些条件" in page
    assert "由本单位负责人向登记管理机关或平台管理员申请" in page
    client.force_login(make_seat(Role.LGO).person)
    assert "您不是任何社会组织的经办人或负责人" in page_of(client, guide)


def test_page_asks_a_constant_number_of_queries(client, django_assert_max_num_queries) -> None:
    guide, applicant = make_guide(), make_applicant()
    for _each in range(6):
        make_paper(applicant, kind=QualificationKind.OTHER)
    attach_scan(make_paper(applicant), make_actor(Role.ORG, applicant))
    client.force_login(make_seat(Role.ORG, applicant).person)
    with django_assert_max_num_queries(22):
        page_of(client, guide)
