"""Steps 2–4: an organisation applies, its hub recommends, the office checks (sending back once where the script says so)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet

from orgs.models import Organization, Qualification
from procurement.access import Actor
from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform
from projects.forms.sections import check
from projects.models import Application, GuideCategory
from projects.sections import SECTIONS
from projects.selectors.applications import CHECKLIST, applying_organizations
from projects.services.applications import start_application
from projects.services.drafts import ROWS, Raw, attach_file, save_section
from projects.services.prechecks import Verdict, record_check

FILES = Path(__file__).resolve().parent.parent / "files"
UPLOADS = (("scheme", "项目实施方案.pdf"), ("budget_note", "预算编制说明.pdf"), ("commitment", "申报承诺书.pdf"))


def _line(item: str, description: str, unit: str, quantity: str, price: str) -> dict[str, str]:
    return {"item": item, "description": description, "unit": unit, "quantity": quantity, "unit_price": price}


def _indicator(kind: str, name: str, target: str, unit: str, how: str) -> dict[str, str]:
    return {"kind": kind, "name": name, "target": target, "unit": unit, "how_known": how}


#: 心目影院: what a stage plays unless its script says otherwise.
CINEMA: dict[str, Any] = {
    "title": "“心目影院”视障人士无障碍观影与有声阅读服务",
    "category": "B6",
    "place": "朝阳区朝外街道、建外街道 12 个社区",
    "summary": "为视障居民每周讲述一部电影，录制有声图书，带领志愿者陪同出行，让视障人士平等参与文化生活。",
    "groups": ["disabled", "elderly"],
    "people": "1200",
    "need": "两街道登记视障居民 860 人，其中 60 岁以上占六成。社区文化活动几乎没有口述影像和陪同出行服务，"
    "入户访谈 132 人，九成以上希望每月至少参加一次集体文化活动。",
    "goals": "全年让 1200 人次视障居民走出家门参加文化活动，建立一支 80 人的口述志愿者队伍，参与者社会交往频次提高三成。",
    "scheme": "一、每周六讲述电影一部，全年 40 场，由志愿者一对一接送。\n二、录制有声图书 60 册，在社区图书角借阅。\n"
    "三、培训口述和助盲志愿者 80 人，考核后上岗。\n四、与社区卫生站合作建立出行安全预案，全程购买意外保险。",
    "schedule": "第一季度：招募和培训志愿者，完成需求登记。\n第二、三季度：每周观影，录制图书，中期评估。\n"
    "第四季度：成果展示，满意度调查，结项。",
    "work_type": "social_work",
    "basis": "人员费按 2025 年北京市社会工作者平均工资测算；场地、交通按三家询价的中间价；税费据实。测算人：曾琳。",
    "lines": [
        _line("staff", "项目专员（社会工作师）12 个月", "月", "12", "5200"),
        _line("staff", "兼职口述影像编辑", "部", "40", "420"),
        _line("activity", "有声图书录制和制作", "册", "60", "260"),
        _line("activity", "观影活动物资、无障碍资料", "场", "40", "480"),
        _line("venue", "影厅场地费", "场", "40", "300"),
        _line("volunteer", "志愿者交通和误餐补贴", "人次", "250", "60"),
        _line("transport", "无障碍车辆租用", "次", "20", "420"),
        _line("management", "项目管理和会计服务", "项", "1", "6600"),
    ],
    "sources": [{"source": "北京市残疾人福利基金会", "kind": "donation", "amount": "30000", "secured": "on"}],
    "indicators": [
        _indicator("output", "组织无障碍观影活动", "40", "场", "活动签到表和现场照片"),
        _indicator("output", "服务视障居民", "1200", "人次", "签到表去重统计"),
        _indicator("outcome", "参与者每月外出次数提高", "30", "%", "期初、期末问卷对比"),
        _indicator("satisfaction", "服务对象满意度", "90", "%", "第三方电话回访，回收不少于 100 份"),
    ],
}

#: Other projects, so that the cases of a demo do not read alike; each changes what it names.
SCRIPTS: dict[str, dict[str, Any]] = {
    "cinema": {},
    "hotline": {
        "title": "“爱心传递”心理支持热线与社区减压服务",
        "category": "B3",
        "place": "朝阳区望京街道 8 个社区",
        "summary": "开通每日六小时心理支持热线，在社区和企业园区开展减压小组，为待岗和困难青年提供个案服务。",
        "groups": ["youth", "white_collar", "awaiting_job"],
        "people": "3000",
        "sources": [{"source": "本单位自有资金", "kind": "own", "amount": "20000", "secured": "on"}],
    },
    "opera": {
        "title": "京昆艺术进社区：少儿传习与公益展演",
        "category": "A8",
        "place": "朝阳区劲松街道、潘家园街道",
        "summary": "在两个街道开设少儿京昆公益课堂，组织社区展演，让传统艺术在家门口可学可看。",
        "groups": ["youth", "student"],
        "people": "1800",
    },
    "rescue": {
        "title": "社区应急救援培训与山野救援保障",
        "category": "B4",
        "place": "朝阳区三里屯街道、麦子店街道及周边山区",
        "summary": "培训社区应急志愿者，组织家庭防灾演练，节假日在周边山野开展救援备勤。",
        "groups": ["elderly", "youth", "student"],
        "people": "2500",
    },
    "casework": {
        "title": "流动人口家庭社会工作服务",
        "category": "D4",
        "place": "朝阳区十八里店乡",
        "summary": "为流动人口家庭提供个案、小组和社区融入服务，联动学校和社区开展困境儿童支持。",
        "groups": ["migrant_worker", "women", "student"],
        "people": "900",
    },
    "museum": {
        "title": "博物馆里的公益课堂：残障青少年文化体验",
        "category": "A8",
        "place": "朝阳区大山子街道",
        "summary": "为残障青少年和随迁子女开设触摸展品、手工修复等体验课，培训博物馆志愿讲解员。",
        "groups": ["disabled", "student"],
        "people": "700",
    },
}


def begin(stage: Stage) -> Application:
    """The operator opens a draft once the guide accepts applications."""
    guide = stage.guide
    stage.now = max(stage.now, guide.opens_at + timedelta(days=3, hours=2))
    operator = stage.actor("org")
    application = start_application(
        actor=operator, guide=guide, applicant=_applicant(operator), at=stage.later(minutes=5)
    )
    stage.put("application", application)
    return application


def fill_in(stage: Stage, *, until: str = "") -> None:
    """Every section as a person would type it, up to (not including) ``until``."""
    operator = stage.actor("org")
    script = {**CINEMA, **SCRIPTS.get(stage.script.get("project", ""), {}), **stage.script}
    for section in SECTIONS:
        if section.code == until:
            return
        if section.code == "files":
            upload_files(stage)
            continue
        raw = typed(stage.application, section.code, script)
        type_section(stage, operator, section.code, raw)


def type_section(stage: Stage, actor: Actor, code: str, raw: Raw) -> None:
    application = stage.application
    saved = save_section(
        actor=actor,
        application=application,
        code=code,
        raw=raw,
        check=lambda values: check(application, code, values),
        version=2**31,
        sitting="demo",
        reviewed=True,
        at=stage.later(minutes=12),
    )
    if saved.draft.problems:
        raise AssertionError(f"{code}: {saved.draft.problems}")


def upload_files(stage: Stage) -> None:
    for kind, name in UPLOADS:
        upload = SimpleUploadedFile(name, sample(name), content_type="application/pdf")
        attach_file(
            actor=stage.actor("org"), application=stage.application, kind=kind, upload=upload, at=stage.later(minutes=3)
        )


@cache
def sample(name: str) -> bytes:
    return (FILES / name).read_bytes()


def typed(application: Application, code: str, script: dict[str, Any]) -> Raw:
    """Raw values of a section for this script."""
    return _TYPED[code](application, script)


def _basic(application: Application, script: dict[str, Any]) -> Raw:
    guide = application.guide
    starts_on = date(guide.year, 7, 1)
    category = GuideCategory.objects.get(area__guide=guide, code=script["category"])
    return {
        "category": str(category.pk),
        "title": script["title"],
        "summary": script["summary"],
        "place": script["place"],
        "starts_on": script.get("starts_on", starts_on.isoformat()),
        "ends_on": script.get("ends_on", date(guide.year + 1, 6, 30).isoformat()),
        "beneficiary_groups": script["groups"],
        "beneficiary_count": script["people"],
        "leader_name": application.applicant.legal_representative or "郑晓洁",
        "leader_phone": "010-85000011",
    }


def _profile(application: Application, script: dict[str, Any]) -> Raw:
    held: QuerySet[Qualification] = application.applicant.qualifications.filter(status="verified")
    return {
        "staff_count": "9",
        "has_office": "on",
        "lawful_income": "on",
        "nonprofit_accounting": "on",
        "own_account": "on",
        "party_coverage": "joint",
        "leaders_in_office": "no",
        "leaders_note": "",
        "qualifications": [str(certificate.pk) for certificate in held],
    }


def _hub(application: Application, script: dict[str, Any]) -> Raw:
    affiliation = application.applicant.hub_affiliations.order_by("valid_from").first()
    hub = affiliation.hub if affiliation else Organization.objects.hubs().exclude(pk=application.applicant_id)[0]
    return {"hub": str(hub.pk)}


def _declaration(application: Application, script: dict[str, Any]) -> Raw:
    return {
        "truthful": "on",
        "law_abiding": "on",
        "not_duplicated": "on",
        "declared_by": application.applicant.legal_representative,
    }


_TYPED = {
    "basic": _basic,
    "scheme": lambda application, script: {name: script[name] for name in ("need", "goals", "scheme", "schedule")},
    "budget": lambda application, script: {
        "work_type": script["work_type"],
        "basis": script["basis"],
        "price_reason": script.get("price_reason", "编辑、录制须由持证口述员完成，附三家询价单。"),
        ROWS: script["lines"],
    },
    "co_funding": lambda application, script: {
        "planned": "yes" if script["sources"] else "no",
        ROWS: script["sources"],
    },
    "indicators": lambda application, script: {ROWS: script["indicators"]},
    "profile": _profile,
    "hub": _hub,
    "declaration": _declaration,
}


def submit(stage: Stage) -> None:
    perform(
        stage.application,
        "application.submit",
        actor=stage.actor("org-head"),
        at=stage.later(hours=20),
        justification=stage.script.get("justification", ""),
    )


def apply_online(stage: Stage) -> None:
    """Step 2 whole: the operator types, the head submits."""
    begin(stage)
    fill_in(stage)
    submit(stage)


def endorse(stage: Stage) -> None:
    """Step 3: the hub gives its opinion and seal."""
    application = stage.application
    perform(
        application,
        "application.endorse",
        actor=stage.actor("hub"),
        at=stage.later(working_days=2),
        opinion="该单位长期扎根社区，服务规范、财务清楚，项目需求真实、方案可行，同意推荐。",
        seal=application.hub.name,
    )


def return_and_resubmit(stage: Stage) -> None:
    """Step 4, the one correction: the office asks for a clearer cost basis, the applicant gives it in time."""
    office = stage.actor("office")
    record_check(
        actor=office,
        application=stage.application,
        verdicts={"budget": Verdict(False, "测算依据未附询价记录，请补充三家询价结果。")},
        at=stage.later(working_days=1),
    )
    perform(
        stage.application,
        "application.return_for_supplement",
        actor=office,
        at=stage.later(hours=1),
        reason="预算：测算依据未附询价记录，请补充三家询价结果后重新提交。",
    )
    script = {**CINEMA, **stage.script}
    stage.later(working_days=1)
    basis = script["basis"] + "补充：影厅场地 3 家询价 280 元、300 元、350 元，取中间价；车辆 3 家询价同理。"
    type_section(stage, stage.actor("org"), "budget", {**typed(stage.application, "budget", script), "basis": basis})
    perform(stage.application, "application.resubmit", actor=stage.actor("org-head"), at=stage.later(hours=3))


def precheck(stage: Stage) -> None:
    """Step 4: civil affairs confirms the standing, the office ticks its list and passes the application."""
    record_check(
        actor=stage.actor("civil"),
        application=stage.application,
        verdicts={"civil": Verdict(True, "登记状态正常，上年度年检合格，无不良信用记录。")},
        at=stage.later(working_days=1),
    )
    record_check(
        actor=stage.actor("office"),
        application=stage.application,
        verdicts={code: Verdict(True) for code, _label in CHECKLIST},
        at=stage.later(hours=2),
    )
    perform(
        stage.application,
        "application.precheck_pass",
        actor=stage.actor("office"),
        at=stage.later(hours=1),
        justification="经与街道核对，服务对象和内容不重复。",
    )


def _applicant(operator: Actor) -> Organization:
    return applying_organizations(operator)[0]
