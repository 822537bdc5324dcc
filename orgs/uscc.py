"""Unified social credit codes (GB 32100-2015): three checks, each failing with its own sentence (R-062).

The last character checks the whole code, the 17th checks the organisation code inside it (GB 11714), and the
first two say which registry issued it and to what kind of body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.cn import uscc as gb32100
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength

from orgs.models import OrganizationKind
from procurement.rules import implements

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SPACES = re.compile(r"[\s\u3000\-－]+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

PREFIXES: dict[str, str | Promise] = {
    "11": gettext_lazy("机关"),
    "12": gettext_lazy("事业单位"),
    "13": gettext_lazy("群众团体"),
    "19": gettext_lazy("机构编制部门登记的其他单位"),
    "31": gettext_lazy("律师执业机构"),
    "32": gettext_lazy("公证机构"),
    "33": gettext_lazy("基层法律服务所"),
    "34": gettext_lazy("司法鉴定机构"),
    "35": gettext_lazy("仲裁委员会"),
    "51": gettext_lazy("社会团体"),
    "52": gettext_lazy("民办非企业单位（社会服务机构）"),
    "53": gettext_lazy("基金会"),
    "54": gettext_lazy("基层群众性自治组织"),
    "59": gettext_lazy("民政部门登记的其他组织"),
    "71": gettext_lazy("宗教活动场所"),
    "72": gettext_lazy("宗教院校"),
    "81": gettext_lazy("基层工会"),
    "91": gettext_lazy("企业"),
    "92": gettext_lazy("个体工商户"),
    "93": gettext_lazy("农民专业合作社"),
    "N1": gettext_lazy("组级集体经济组织"),
    "N2": gettext_lazy("村级集体经济组织"),
    "N3": gettext_lazy("乡镇级集体经济组织"),
}

_STATE = ("11", "12", "13", "19")
_SOCIAL = ("51", "52", "53")
#: Which registries may have issued the code of an organisation of each kind.
EXPECTED: dict[str, tuple[str, ...]] = {
    OrganizationKind.ASSOCIATION: ("51",),
    OrganizationKind.SOCIAL_SERVICE_AGENCY: ("52",),
    OrganizationKind.FOUNDATION: ("53",),
    OrganizationKind.UNION: _SOCIAL,
    OrganizationKind.EVALUATOR: (*_SOCIAL, "91"),
    OrganizationKind.AUDIT_FIRM: ("91",),
    OrganizationKind.ENTERPRISE: ("91",),
    OrganizationKind.PURCHASER: _STATE,
    OrganizationKind.AUTHORITY: _STATE,
    OrganizationKind.COMMUNITY: (),
}


@dataclass(frozen=True)
class Reading:
    """What a valid code says about its holder."""

    code: str
    issued_to: str
    #: GB/T 2260 code of the place of first registration, which may have been dissolved since.
    division: str


def normalise(text: str) -> str:
    """As people type it: spaces, hyphens, lower case and full-width characters are put right."""
    return _SPACES.sub("", text.translate(_FULL_WIDTH)).upper()


@implements("R-062")
def problems_of(text: str, *, kind: str = "", prefixes: Iterable[str] = ()) -> list[str]:
    """Sentences saying what is wrong with the code; empty when it is right for an organisation of ``kind``."""
    code = normalise(text)
    wanted = tuple(prefixes) or EXPECTED.get(kind, ())
    if not code:
        return [] if kind == OrganizationKind.COMMUNITY else [_("尚未填写统一社会信用代码")]
    if kind == OrganizationKind.COMMUNITY:
        return [_("备案的社区社会组织尚未登记，没有统一社会信用代码")]
    shape = _shape_problem(code)
    if shape:
        return [shape]
    return [sentence for sentence in (_check_problem(code), _prefix_problem(code, wanted)) if sentence]


def read(text: str) -> Reading:
    """What a code that passed ``problems_of`` tells; unknown registries are named by their two characters."""
    code = normalise(text)
    return Reading(code=code, issued_to=str(PREFIXES.get(code[:2], code[:2])), division=code[2:8])


def organisation_check(body: str) -> str:
    """Check character of the eight-character organisation code (GB 11714): 10 is X, 11 is 0."""
    rest = 11 - sum(w * int(c, 36) for w, c in zip(_ORG_WEIGHTS, body, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def _shape_problem(code: str) -> str:
    if len(code) != LENGTH:
        return _("统一社会信用代码应为18位，现为%(count)s位") % {"count": len(code)}
    strange = "、".join(dict.fromkeys(c for c in code if c not in ALPHABET))
    if strange:
        return _("统一社会信用代码中不会出现“%(chars)s”（不使用字母I、O、S、V、Z）") % {"chars": strange}
    if not code[2:8].isdigit():
        return _("第3至8位应为登记管理机关的6位行政区划代码")
    return ""


def _check_problem(code: str) -> str:
    try:
        gb32100.validate(code)
    except InvalidChecksum:
        return _("校验码（第18位）不符，应为“%(right)s”，请核对证书") % {"right": gb32100.calc_check_digit(code[:-1])}
    except (InvalidComponent, InvalidFormat, InvalidLength):
        return _("不是有效的统一社会信用代码，请核对证书")
    right = organisation_check(code[8:16])
    if code[16] != right:
        return _("其中的组织机构代码校验码（第17位）不符，应为“%(right)s”，请核对证书") % {"right": right}
    return ""


def _prefix_problem(code: str, wanted: tuple[str, ...]) -> str:
    if not wanted or code[:2] in wanted:
        return ""
    return _("代码前两位“%(prefix)s”属于%(found)s，本单位类型应以%(wanted)s开头") % {
        "prefix": code[:2],
        "found": PREFIXES.get(code[:2], _("其他登记机关")),
        "wanted": "、".join(wanted),
    }


class UsccField(forms.CharField):
    """A credit code as a form field: forgiving in how it is typed, exact in what it accepts."""

    def __init__(self, *, prefixes: Iterable[str] = (), **kwargs: object) -> None:
        self.prefixes = tuple(prefixes)
        kwargs.setdefault("label", gettext_lazy("统一社会信用代码"))
        kwargs.setdefault("help_text", gettext_lazy("18位，见登记证书；可带空格，字母不分大小写。"))
        kwargs.setdefault("template_name", "orgs/uscc_field.html")
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.widget.attrs.update(
            {
                "autocomplete": "off",
                "spellcheck": "false",
                "maxlength": "24",
                "hx-get": reverse_lazy("uscc-check"),
                "hx-trigger": "change",
                "hx-target": "#uscc-reading",
            }
        )

    def to_python(self, value: object) -> str:
        return normalise(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and (wrong := problems_of(value, prefixes=self.prefixes)):
            raise ValidationError([f"{sentence}。" for sentence in wrong], code="uscc")
