"""The organisations of the demo world. Names are real (from public articles); codes, people and numbers are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from orgs.models import OrganizationKind
from procurement.demo.codes import synthetic_code

K = OrganizationKind
CHAOYANG = "110105"


@dataclass(frozen=True)
class Body:
    """``code`` empty: one is computed from prefix and place; ``prefix`` empty: the body has no code."""

    key: str
    name: str
    kind: OrganizationKind
    region: str = CHAOYANG
    short_name: str = ""
    code: str = ""
    prefix: str = ""
    head: str = ""
    street: str = ""
    registered_on: str = ""
    introduction: str = ""
    published: bool = True
    more: dict[str, Any] = field(default_factory=dict)

    def uscc(self, serial: int) -> str | None:
        if self.code:
            return self.code
        return synthetic_code(self.prefix, self.region, serial) if self.prefix else None


BODIES: tuple[Body, ...] = (
    Body(
        "office",
        "北京市朝阳区社会建设工作领导小组办公室",
        K.PURCHASER,
        short_name="朝阳区社会办",
        prefix="11",
        head="周国平",
        introduction="统筹全区社会建设工作，发布政府购买社会组织服务项目指南并组织实施。",
    ),
    Body("finance", "北京市朝阳区财政局", K.AUTHORITY, short_name="朝阳区财政局", prefix="11", head="孟庆海"),
    Body("civil", "北京市朝阳区民政局", K.AUTHORITY, short_name="朝阳区民政局", prefix="11", head="袁新民"),
    Body("audit", "北京市朝阳区审计局", K.AUTHORITY, short_name="朝阳区审计局", prefix="11", head="贺春生"),
    Body(
        "discipline",
        "中共北京市朝阳区纪律检查委员会、北京市朝阳区监察委员会",
        K.AUTHORITY,
        short_name="朝阳区纪委监委",
        prefix="11",
    ),
    Body("platform", "政府购买服务平台运行组", K.AUTHORITY, published=False),
    Body("pool", "北京市朝阳区社会建设专家库", K.AUTHORITY, published=False),
    Body(
        "hub",
        "北京市朝阳区志愿者联合会",
        K.ASSOCIATION,
        code="51110105MJ01000786",
        head="张素云",
        registered_on="2009-12-05",
        introduction="区级枢纽型社会组织，联系和服务本区志愿服务、公益慈善领域的社会组织。",
    ),
    Body(
        "union",
        "北京市朝阳区社会组织联合会",
        K.UNION,
        prefix="51",
        head="许志勇",
        registered_on="2013-06-18",
        introduction="为社区社会组织提供孵化、代管资金和代理签约服务。",
    ),
    Body(
        "support",
        "北京市协作者社会工作发展中心",
        K.SOCIAL_SERVICE_AGENCY,
        region="110101",
        short_name="北京协作者",
        prefix="52",
        head="李涛",
        registered_on="2003-05-26",
        introduction="支持性社会组织，为项目承接单位提供督导、培训和监测。",
    ),
    Body(
        "org1",
        "北京红丹丹教育文化交流中心",
        K.SOCIAL_SERVICE_AGENCY,
        short_name="红丹丹",
        code="52110105MJ010006X3",
        head="郑晓洁",
        street="110105001",
        registered_on="2003-07-23",
        introduction="以声音传递知识，为视障人士讲述电影（心目影院）、录制有声图书（心目图书馆），开展无障碍文化服务。",
    ),
    Body(
        "org2",
        "北京青年压力管理服务中心",
        K.SOCIAL_SERVICE_AGENCY,
        region="110101",
        code="52110101MJ0000018G",
        head="陆一鸣",
        registered_on="2008-11-14",
        introduction="面向在职青年和困难人群开展心理健康教育、压力管理和“爱心传递”热线服务。",
    ),
    Body(
        "org3",
        "北京少儿京昆艺术教育学会",
        K.ASSOCIATION,
        region="110000",
        code="51110000500001018C",
        head="苏文娟",
        registered_on="2006-04-20",
        introduction="在学校和社区普及京剧、昆曲艺术，组织少儿展演和公益课堂。",
    ),
    Body(
        "org4",
        "北京红十字蓝天救援队",
        K.SOCIAL_SERVICE_AGENCY,
        short_name="蓝天救援队",
        prefix="52",
        head="高远",
        street="110105002",
        registered_on="2010-09-01",
        introduction="北京周边山野应急救援、城市防灾减灾培训和大型活动保障。",
    ),
    Body(
        "org5",
        "海淀区社工事业发展中心",
        K.SOCIAL_SERVICE_AGENCY,
        region="110108",
        prefix="52",
        head="田淑芬",
        registered_on="2011-03-16",
        introduction="社区专业社会工作服务、社工督导与继续教育。",
    ),
    Body(
        "org6",
        "观复博物馆",
        K.SOCIAL_SERVICE_AGENCY,
        prefix="52",
        head="马致远",
        registered_on="1996-10-30",
        introduction="民办博物馆，开展“文化服务民生”公益导览和进社区活动。",
    ),
    Body(
        "evaluator",
        "上海申杰社会组织培育评估中心",
        K.EVALUATOR,
        region="310105",
        code="52310105MJ5000017K",
        head="沈洁",
        registered_on="2013-06-28",
        introduction="社会组织培育、公益项目绩效评估和满意度调查。",
    ),
    Body(
        "audit_firm",
        "北京京诚会计师事务所有限公司",
        K.AUDIT_FIRM,
        region="110108",
        code="91110108MA0000090K",
        head="江德成",
        registered_on="2005-08-11",
    ),
    Body(
        "residents",
        "建外街道永安里社区银龄互助队",
        K.COMMUNITY,
        street="110105001",
        head="杨桂英",
        introduction="在街道备案的社区社会组织，组织老年居民互助和社区活动。",
    ),
    Body("bicycle", "北京行如风自行车俱乐部", K.SOCIAL_SERVICE_AGENCY, prefix="52", head="骆驰"),
    Body("xiangshan", "海淀区一品香山青年社", K.COMMUNITY, region="110108", head="叶青"),
    Body("one", "上海壹方社会服务事业发展中心", K.SOCIAL_SERVICE_AGENCY, region="310105", prefix="52", head="方琪"),
    Body("mediation", "长宁区人民调解协会", K.ASSOCIATION, region="310105", prefix="51", head="葛明"),
    Body("volunteers", "静安社会帮教志愿者协会", K.ASSOCIATION, region="310106", prefix="51", head="龚平"),
    Body("minhang", "闵行区人民调解协会", K.ASSOCIATION, region="310112", prefix="51", head="倪安"),
    Body("pudong", "浦东新区公益社工师事务所", K.SOCIAL_SERVICE_AGENCY, region="310115", code="52310115MJ51000504"),
    Body("charity", "上海市慈善基金会", K.FOUNDATION, region="310000", prefix="53"),
    Body("culture", "上海文化发展基金会", K.FOUNDATION, region="310000", prefix="53"),
)

#: The field in which the hub leads each applicant.
FIELDS = {
    "org1": "助残助盲",
    "org2": "心理健康",
    "org3": "文化艺术",
    "org4": "应急救援",
    "org5": "社会工作",
    "org6": "文化艺术",
}
