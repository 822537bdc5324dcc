"""The duplicate radar: near-twins are found, neighbours are left alone, and finance alone makes an exception."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement.access import Role
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from projects.models import Application, GuideCategory
from projects.selectors.radar import bigrams, dice, funded_already, resemblances
from projects.services.duplicates import declare_difference, request_exception
from tests.factories import make_actor, make_organization, make_social_organization
from tests.factories.applications import (
    Applying,
    make_applicant,
    make_applying,
    make_endorsed,
    make_guide,
    make_plain_application,
)

pytestmark = pytest.mark.django_db
TITLE = "“心目影院”视障人士无障碍观影与有声阅读服务"
SUMMARY = "为视障居民每周讲述一部电影，录制有声图书，带领志愿者陪同出行，让视障人士平等参与文化生活。"
PLACE = "朝阳区朝外街道、建外街道 12 个社区"
#: Phrases everybody copies from the template.
PHRASE = "本项目运用社会工作专业方法，链接社区资源，通过个案、小组和社区活动提升居民幸福感和获得感。"

INNOCENT = (
    ("独居老人助餐送餐上门", "每日为独居老人配送午餐，建立订餐台账。"),
    ("少儿京昆公益课堂", "在社区开设京昆传习班，组织展演。"),
    ("社区心理支持热线", "每日六小时接听心理求助电话。"),
    ("家庭防灾演练", "组织家庭急救和疏散演练。"),
    ("流动儿童课后托管", "为随迁子女提供作业辅导和兴趣课程。"),
    ("垃圾分类宣传引导", "培训楼门长，入户讲解分类投放。"),
    ("社区矛盾调解", "调解邻里纠纷，开展法律咨询。"),
    ("失智老人照护者喘息服务", "为照护者提供短期替代照护和培训。"),
    ("社区花园共建", "居民共同设计、种植和养护社区绿地。"),
    ("残疾人就业辅导", "开展技能评估、岗位推荐和跟踪支持。"),
    ("青年减压工作坊", "面向园区白领开展压力管理课程。"),
    ("老年人智能手机课堂", "教老年人使用手机挂号和缴费。"),
    ("社区棋牌文化节", "组织象棋、围棋比赛和讲座。"),
    ("困境妇女法律援助", "提供法律咨询和陪同诉讼服务。"),
    ("社区矫正人员帮教", "开展个别谈话和就业帮扶。"),
    ("戒毒康复同伴支持", "组织康复人员互助小组。"),
    ("社区健康自我管理", "高血压患者小组学习自测和饮食管理。"),
    ("居民议事协商培育", "培训议事骨干，召开居民议事会。"),
    ("流浪动物科学管理", "开展绝育、领养和文明养犬宣传。"),
    ("社区图书漂流", "设立漂流书架，组织亲子共读。"),
    ("视障人士定向行走训练", "教视障人士使用盲杖独立出行。"),
)


def ours(**script: Any) -> Applying:
    return make_applying(title=TITLE, summary=SUMMARY, place=PLACE, **script)


def other(mine: Application, guide: Any = None, applicant: Any = None, **fields: Any) -> Application:
    """An application in another department's guide for the same time, unless told otherwise."""
    guide = guide or make_guide()
    values = {
        "starts_on": mine.starts_on,
        "ends_on": mine.ends_on,
        "place": "海淀区某街道",
        "beneficiary_groups": ["elderly"],
        "category": GuideCategory.objects.get(area__guide=guide),
        **fields,
    }
    return make_plain_application(guide, applicant or make_social_organization(), **values)


def found(mine: Application) -> set[str]:
    return {hit.other.number for hit in resemblances(mine)}


def test_three_near_twins_are_found_among_twenty_innocents() -> None:
    mine = ours().application
    guide = make_guide()
    for title, summary in INNOCENT:
        # On the same street, in words of the same template, for the same months
        other(mine, guide, title=title, summary=PHRASE + summary, place=PLACE, category=None)
    twins = {
        # Another body, reworded
        other(
            mine, guide, title="心目影院视障人士无障碍观影和有声阅读", summary=SUMMARY.replace("每周", "每月")
        ).number,
        # The same body under a new title
        other(
            mine,
            guide,
            applicant=mine.applicant,
            title="视障居民观影与有声图书服务",
            summary="为视障居民讲述电影，录制有声图书，志愿者陪同出行，让视障人士参与文化生活。",
        ).number,
        # Different words, but the same place, kind of service and people
        other(
            mine,
            guide,
            title="口述影像进社区",
            summary="培训讲述员，走进社区讲电影。",
            place=PLACE,
            beneficiary_groups=["disabled"],
            category=GuideCategory.objects.get(area__guide=guide),
        ).number,
    }
    assert found(mine) == twins


def test_a_mill_of_copies_does_not_hide_itself() -> None:
    mine = ours().application
    guide = make_guide()
    copies = {other(mine, guide, title=TITLE, summary=SUMMARY).number for _each in range(12)}
    assert found(mine) == copies


def test_reasons_name_what_ties_two_bodies() -> None:
    mine = ours(applicant=make_applicant(bank_account="1109050000012345", contact_phone="13900100001")).application
    double = make_social_organization(bank_account="1109 0500 0001 2345")
    other(
        mine,
        applicant=double,
        title="视障居民观影与有声图书服务",
        summary="为视障居民讲述电影，录制有声图书，志愿者陪同出行。",
    )
    (hit,) = resemblances(mine)
    assert "银行账号相同" in hit.reasons
    assert any(reason.startswith("名称和简介相似度") for reason in hit.reasons)
    assert "实施期重叠，由其他部门购买" in hit.reasons
    assert not hit.same_body


@pytest.mark.parametrize("status", ["draft", "withdrawn", "not_selected", "terminated"])
def test_what_nobody_pays_for_is_not_found(status: str) -> None:
    mine = ours().application
    other(mine, title=TITLE, summary=SUMMARY, status=status)
    assert found(mine) == set()


def test_twins_of_another_time_are_not_found() -> None:
    mine = ours().application
    later = mine.ends_on + timedelta(days=1)
    other(mine, title=TITLE, summary=SUMMARY, starts_on=later, ends_on=later + timedelta(days=90))
    assert found(mine) == set()


def test_override_of_r042_by_finance_with_its_reason() -> None:
    # Given a body whose project runs already, paid by another department
    applying = ours()
    mine = applying.application
    running = other(mine, applicant=mine.applicant, title=TITLE + "（二期）", summary=SUMMARY, status="in_progress")
    # When its head hands the same project in again, the portal refuses and names the one that runs
    with pytest.raises(RuleViolation, match=f"R-042 .*{running.number}"):
        perform(mine, "application.submit", actor=applying.head)
    asked = request_exception(
        actor=applying.operator, application=mine, other=running, grounds="二期只覆盖海淀区，本次为朝阳区居民服务"
    )
    # Then nobody but finance of this guide decides, and only with a reason
    finance = make_actor(Role.FIN, mine.guide.finance)
    for stranger in (applying.head, applying.actor(Role.LGO), make_actor(Role.FIN, make_organization())):
        with pytest.raises(RuleViolation, match="S-02"):
            perform(asked, "second_funding.grant", actor=stranger, reason="同意")
    with pytest.raises(RuleViolation, match="S-03"):
        perform(asked, "second_funding.grant", actor=finance)
    assert [r for r in refusals(mine, "application.submit", applying.head) if r.rule_id == "R-042"]
    perform(asked, "second_funding.grant", actor=finance, reason="服务区域不同，准予资助")
    # And the project may be handed in; the reason stays in the record
    assert funded_already(mine) == []
    perform(mine, "application.submit", actor=applying.head)
    assert asked.history.get().reason == "服务区域不同，准予资助"


def test_a_refused_exception_leaves_the_refusal_standing() -> None:
    applying = ours()
    mine = applying.application
    running = other(mine, applicant=mine.applicant, title=TITLE, summary=SUMMARY, status="in_progress")
    asked = request_exception(actor=applying.operator, application=mine, other=running, grounds="另一街道，请予考虑")
    with pytest.raises(RuleViolation, match="已提交"):
        request_exception(actor=applying.operator, application=mine, other=running, grounds="再次申请，请予考虑")
    perform(asked, "second_funding.refuse", actor=make_actor(Role.FIN, mine.guide.finance), reason="内容相同")
    assert funded_already(mine) == [running]
    innocent = other(mine, title="独居老人助餐", summary="送餐上门")
    with pytest.raises(RuleViolation, match="R-042 该项目不妨碍"):
        request_exception(actor=applying.operator, application=mine, other=innocent, grounds="无关项目的申请")


def test_applicant_is_told_mildly_and_the_officer_reads_its_word() -> None:
    applying = make_endorsed(title=TITLE, summary=SUMMARY, place=PLACE)
    mine = applying.application
    secret = other(mine, title="口述电影与有声阅读（未公开）", summary=SUMMARY)
    public = other(mine, title=TITLE, summary=SUMMARY, status="in_progress")
    Application.objects.filter(pk=mine.pk).update(supplement_used=False)
    author = Client()
    author.force_login(applying.operator.person)
    page = author.get(reverse("application-difference", args=[mine.pk])).content.decode()
    assert public.number in page
    assert secret.number not in page
    assert "另有 1 项相近的申报" in page
    stranger = Client()
    stranger.force_login(make_actor(Role.ORG, make_social_organization()).person)
    assert stranger.get(reverse("application-difference", args=[mine.pk])).status_code == 404
    officer = Client()
    officer.force_login(applying.actor(Role.LGO).person)
    sheet = officer.get(reverse("application-precheck", args=[mine.pk])).content.decode()
    assert secret.number in sheet
    assert "名称和简介相似度" in sheet
    assert "申报单位尚未说明区别" in sheet


def test_declared_difference_is_kept_and_shown() -> None:
    applying = ours()
    mine = applying.application
    twin = other(mine, title=TITLE, summary=SUMMARY)
    author = Client()
    author.force_login(applying.operator.person)
    address = reverse("application-difference", args=[mine.pk])
    assert author.post(address, {"statement": "不同"}).status_code == 422
    assert author.post(address, {"statement": "服务街道不同，且以录制有声图书为主。"}).status_code == 302
    kept = mine.differences.get()
    assert kept.about == [twin.number]
    with pytest.raises(RuleViolation, match="S-02"):
        declare_difference(
            actor=make_actor(Role.ORG, make_social_organization()), application=mine, statement="冒充他人的说明文字"
        )
    perform(mine, "application.submit", actor=applying.head)
    assert "服务街道不同" in author.get(address).content.decode()
    with pytest.raises(RuleViolation, match="S-01"):
        declare_difference(actor=applying.operator, application=mine, statement="提交以后再补充的说明")


def test_radar_asks_as_often_for_thirty_as_for_three() -> None:
    mine = ours().application
    guide = make_guide()
    for _each in range(3):
        other(mine, guide, title=TITLE, summary=SUMMARY)
    with CaptureQueriesContext(connection) as few:
        resemblances(mine)
    for _each in range(27):
        other(mine, guide, title=TITLE, summary=SUMMARY)
    mine = Application.objects.select_related("applicant", "guide", "category").get(pk=mine.pk)
    with CaptureQueriesContext(connection) as many:
        assert len(resemblances(mine)) == 30
    assert len(many) <= len(few) <= 6


def test_likeness_of_texts() -> None:
    assert dice(bigrams("心目影院"), bigrams("心目 影院！")) == 1.0
    assert dice(bigrams("心目影院"), bigrams("助餐送餐")) == 0.0
    assert dice(bigrams(""), bigrams("助餐")) == 0.0
