"""Credit codes: published real ones pass, each kind of mistake has its own sentence (domain §8.2)."""

import pytest
from django import forms
from django.urls import reverse

from orgs.models import OrganizationKind
from orgs.uscc import UsccField, normalise, organisation_check, problems_of, read
from procurement.demo.codes import synthetic_code

PUBLISHED = [
    "53100000500021676K",
    "53100000500019795A",
    "53100000500009167K",
    "53100000500021326D",
    "12100000400009127B",
    "91440300708461136T",
    "91350100M000100Y43",
]
FIXTURES = [
    "52110101MJ0000018G",
    "51110000500001018C",
    "53110000500002010L",
    "52310105MJ5000017K",
    "52310106MJ5100026J",
    "52310115MJ51000504",
    "52310112MJ53001087",
    "52420506MJ6000035K",
    "52510104MJ7000045U",
    "52110105MJ010006X3",
    "51110105MJ01000786",
    "51110108MJ02000872",
    "91110108MA0000090K",
    "111101050000000191",
]


@pytest.mark.parametrize("code", PUBLISHED + FIXTURES)
def test_code_passes_when_published_or_well_made(code: str) -> None:
    assert problems_of(code) == []


def test_code_is_refused_when_its_last_character_is_wrong() -> None:
    """Found in the wild: the organisation code inside is right, the last character should be K."""
    assert problems_of("53100000500020462H") == ["校验码（第18位）不符，应为“K”，请核对证书"]


def test_code_is_refused_when_only_the_organisation_code_is_wrong() -> None:
    from stdnum.cn import uscc

    start = "52110101MJ0000017"
    code = start + uscc.calc_check_digit(start)
    assert problems_of(code) == ["其中的组织机构代码校验码（第17位）不符，应为“8”，请核对证书"]


@pytest.mark.parametrize("position", range(18))
@pytest.mark.parametrize("code", ["52110101MJ0000018G", "51110105MJ01000786"])
def test_code_is_refused_when_any_single_character_changes(code: str, position: int) -> None:
    changed = code[:position] + ("2" if code[position] != "2" else "3") + code[position + 1 :]
    assert problems_of(changed)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("5211010", "统一社会信用代码应为18位，现为7位"),
        ("52110101MJ00000I8G", "统一社会信用代码中不会出现“I”（不使用字母I、O、S、V、Z）"),
        ("52AB0101MJ0000018G", "第3至8位应为登记管理机关的6位行政区划代码"),
        ("", "尚未填写统一社会信用代码"),
    ],
)
def test_code_is_refused_with_its_own_sentence_when_malformed(typed: str, sentence: str) -> None:
    assert problems_of(typed) == [sentence]


def test_code_is_refused_when_registered_as_another_kind() -> None:
    (sentence,) = problems_of("91110108MA0000090K", kind=OrganizationKind.ASSOCIATION)
    assert sentence == "代码前两位“91”属于企业，本单位类型应以51开头"


def test_code_is_accepted_when_typed_with_spaces_small_and_full_width_letters() -> None:
    assert normalise(" 5211 0101-mj００00018g　") == "52110101MJ0000018G"


def test_community_organisation_needs_no_code_and_may_have_none() -> None:
    assert problems_of("", kind=OrganizationKind.COMMUNITY) == []
    assert problems_of("52110101MJ0000018G", kind=OrganizationKind.COMMUNITY)


@pytest.mark.parametrize(("body", "check"), [("MJ000001", "8"), ("MJ010006", "X"), ("50002167", "6")])
def test_organisation_check_agrees_with_known_codes(body: str, check: str) -> None:
    assert organisation_check(body) == check


def test_synthetic_codes_pass_and_differ() -> None:
    codes = {synthetic_code("52", "110105", serial) for serial in range(200)}
    assert len(codes) == 200
    assert not [code for code in codes if problems_of(code, kind=OrganizationKind.SOCIAL_SERVICE_AGENCY)]


def test_reading_tells_registry_and_place() -> None:
    reading = read("52110105MJ010006X3")
    assert (reading.issued_to, reading.division) == ("民办非企业单位（社会服务机构）", "110105")


def test_field_cleans_what_is_typed_and_explains_what_is_wrong() -> None:
    class CodeForm(forms.Form):
        uscc = UsccField(prefixes=["52"])

    good = CodeForm({"uscc": "52110101 mj0000018g"})
    assert good.is_valid()
    assert good.cleaned_data["uscc"] == "52110101MJ0000018G"
    bad = CodeForm({"uscc": "53100000500020462H"})
    assert not bad.is_valid()
    assert len(bad.errors["uscc"]) == 2


@pytest.mark.django_db
def test_check_endpoint_answers_while_the_form_is_filled(client) -> None:
    good = client.get(reverse("uscc-check"), {"uscc": "52110105mj010006x3"}).content.decode()
    assert "代码有效" in good
    assert "北京市朝阳区" in good
    bad = client.get(reverse("uscc-check"), {"uscc": "53100000500020462H"}).content.decode()
    assert "应为“K”" in bad
    assert client.get(reverse("uscc-check"), {"uscc": ""}).content.decode().strip() == ""
