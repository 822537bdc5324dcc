"""The register, the public page and the own profile: who sees what, and what bad input gets."""

import pytest
from django.urls import reverse

from orgs.models import Expert, Organization, OrganizationKind, Region
from procurement.access import ANONYMOUS, Role, actor_for
from procurement.audit.models import AuditEvent
from procurement.privacy.masking import masked
from tests.factories import make_actor, make_expert, make_organization, make_seat, make_social_organization

pytestmark = pytest.mark.django_db

PHONE, ACCOUNT = "13912345678", "1109050000012345"


def detailed(**fields: object) -> Organization:
    return make_social_organization(
        contact_name="王小明", contact_phone=PHONE, bank_name="示例银行", bank_account=ACCOUNT, **fields
    )


def profile(organization: Organization, **changes: str) -> dict[str, str]:
    return {
        "short_name": "",
        "uscc": organization.uscc or "",
        "registered_on": "2010-05-01",
        "legal_representative": organization.legal_representative,
        "street": "",
        "address": "",
        "introduction": "",
        "contact_name": "王小明",
        "contact_phone": PHONE,
        "bank_name": "示例银行",
        "bank_account": ACCOUNT,
        **changes,
    }


def test_numbers_are_masked_for_everyone_but_the_own_people(client) -> None:
    organization = detailed()
    url = organization.get_absolute_url()
    anonymous = client.get(url).content.decode()
    assert "139****5678" in anonymous
    client.force_login(make_seat(Role.LGO).person)
    official = client.get(url).content.decode()
    assert "****2345" in official
    for page in (anonymous, official):
        assert PHONE not in page
        assert ACCOUNT not in page
        assert "王小明" not in page
    client.force_login(make_seat(Role.ORG, organization).person)
    own = client.get(url).content.decode()
    assert PHONE in own
    assert ACCOUNT in own


def test_unpublished_organisation_is_seen_by_its_people_and_the_register_keepers() -> None:
    hidden = make_social_organization(is_published=False)
    seen = Organization.objects.visible_to
    assert hidden not in seen(ANONYMOUS)
    assert hidden not in seen(make_actor(Role.ORG, make_social_organization()))
    for role in (Role.CIV, Role.LGO, Role.FIN, Role.AUD, Role.DIS):
        assert hidden in seen(make_actor(role))
    assert hidden in seen(make_actor(Role.ORG, hidden))


def test_hidden_and_absent_organisations_answer_alike(client) -> None:
    hidden = make_social_organization(is_published=False)
    absent = reverse("organization", args=["00000000-0000-4000-8000-000000000000"])
    assert client.get(hidden.get_absolute_url()).status_code == client.get(absent).status_code == 404


def test_experts_are_known_to_those_who_run_draws_to_oversight_and_to_themselves() -> None:
    expert, other = make_expert(), make_expert()
    seen = Expert.objects.visible_to
    assert list(seen(actor_for(expert.person))) == [expert]
    for role in (Role.LGO, Role.PU_BUY, Role.AUD, Role.DIS, Role.FIN_SUP):
        assert set(seen(make_actor(role))) == {expert, other}
    for role in (Role.ORG, Role.ORG_H, Role.RU, Role.LG, Role.CIV, Role.PU_SIGN, Role.SYS):
        assert not seen(make_actor(role)).exists()
    assert not seen(ANONYMOUS).exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_register_takes_the_same_queries_for_few_and_many(client, rows: int, django_assert_max_num_queries) -> None:
    for _each in range(rows):
        make_social_organization()
    with django_assert_max_num_queries(3):
        page = client.get(reverse("organization-list"))
    assert page.status_code == 200


def test_register_pages_by_key_without_losing_or_repeating_a_row(client) -> None:
    names = {make_social_organization().name for _each in range(45)}
    url, found = reverse("organization-list"), []
    while url:
        page = client.get(url).context["page"]
        found += [organization.name for organization in page]
        url = page.next_url and reverse("organization-list") + page.next_url
    assert len(found) == len(set(found)) == len(names)


def test_register_is_narrowed_by_name_code_kind_and_place(client) -> None:
    wanted = make_social_organization(name="北京红丹丹教育文化交流中心", short_name="红丹丹")
    make_organization(OrganizationKind.FOUNDATION)
    pudong = Region.objects.get_or_create(code="310115", defaults={"name": "浦东新区", "level": 3})[0]
    make_social_organization(region=pudong)
    for query in ({"q": "丹丹教育"}, {"q": "红丹丹"}, {"q": wanted.uscc}, {"kind": wanted.kind, "region": "110105"}):
        page = client.get(reverse("organization-list"), query).context["page"]
        assert [organization.pk for organization in page] == [wanted.pk], query


def test_register_says_so_when_nothing_fits(client) -> None:
    assert "没有符合条件的单位" in client.get(reverse("organization-list"), {"q": "没有这个"}).content.decode()


@pytest.mark.parametrize("role", [Role.ORG, Role.ORG_H])
def test_own_profile_is_edited_and_journalled_without_personal_data(client, role: Role) -> None:
    organization = detailed()
    client.force_login(make_seat(role, organization).person)
    url = reverse("organization-edit", args=[organization.pk])
    client.post(url, profile(organization, contact_phone="010-6509 9999", short_name="丹丹"))
    organization.refresh_from_db()
    assert (organization.contact_phone, organization.short_name) == ("010-65099999", "丹丹")
    event = AuditEvent.objects.get(action="organization.update")
    assert b"65099999" not in bytes(event.body)


def test_own_profile_opens_from_the_short_address(client) -> None:
    organization = detailed()
    client.force_login(make_seat(Role.ORG, organization).person)
    assert client.get(reverse("my-organization")).url == organization.get_absolute_url()
    assert client.get(reverse("my-organization-edit")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"uscc": "53100000500020462H"}, "应为“K”"),
        ({"uscc": "5211"}, "应为18位，现为4位"),
        ({"uscc": "91110108MA0000090K"}, "应以52开头"),
        ({"contact_phone": "12345"}, "请填写11位手机号"),
        ({"bank_account": "abc"}, "银行账号应为8至30位数字"),
        ({"bank_name": ""}, "还须填写开户银行"),
        ({"registered_on": "2999-01-01"}, "不能晚于今天"),
        ({"registered_on": "2025-02-30"}, "日期"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_lost(client, changes: dict[str, str], sentence: str) -> None:
    organization = detailed()
    client.force_login(make_seat(Role.ORG, organization).person)
    url = reverse("organization-edit", args=[organization.pk])
    answer = client.post(url, profile(organization, introduction="写了很久的简介", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "写了很久的简介" in page
    assert Organization.objects.get(pk=organization.pk).introduction == ""


def test_code_of_another_organisation_is_refused(client) -> None:
    organization, other = detailed(), make_social_organization()
    client.force_login(make_seat(Role.ORG, organization).person)
    answer = client.post(
        reverse("organization-edit", args=[organization.pk]), profile(organization, uscc=str(other.uscc))
    )
    assert "已由其他单位登记" in answer.content.decode()


def test_foreign_profile_cannot_be_opened_or_changed(client) -> None:
    foreign = detailed()
    client.force_login(make_seat(Role.ORG, make_social_organization()).person)
    for name in ("organization-edit", "qualification-add"):
        url = reverse(name, args=[foreign.pk])
        assert client.get(url).status_code == client.post(url, profile(foreign)).status_code == 404


@pytest.mark.parametrize("role", [Role.LGO, Role.FIN, Role.CIV, Role.AUD, Role.SYS])
def test_officials_do_not_edit_profiles(client, role: Role) -> None:
    organization = detailed()
    client.force_login(make_seat(role).person)
    assert client.get(reverse("organization-edit", args=[organization.pk])).status_code == 404


def test_certificate_is_registered_once(client) -> None:
    organization = detailed()
    client.force_login(make_seat(Role.ORG, organization).person)
    entered = {"kind": "grade", "title": "4A", "number": "京评2025-18", "issuer": "", "issued_on": "2025-01-08"}
    url = reverse("qualification-add", args=[organization.pk])
    assert "京评2025-18" in client.post(url, entered, follow=True).content.decode()
    again = client.post(url, entered)
    assert (again.status_code, "该证书已经登记" in again.content.decode()) == (422, True)
    early = client.post(url, {**entered, "number": "2", "expires_on": "2024-01-01"})
    assert "不得早于颁发日期" in early.content.decode()
    assert organization.qualifications.count() == 1


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("13912345678", "", "139****5678"),
        ("1234", "", "1****"),
        ("", "", ""),
        ("6222020200001234", "account", "****1234"),
        ("12", "account", "****"),
        ("王小明", "name", "王**"),
        ("王", "name", "王*"),
    ],
)
def test_mask_hides_the_middle(value: str, kind: str, shown: str) -> None:
    assert masked(value, kind) == shown


def test_divisions_are_installed_with_streets_and_dissolved_ones() -> None:
    chaoyang = Region.objects.get(pk="110105")
    assert chaoyang.full_name == "北京市朝阳区"
    assert Region.objects.streets_of("310105").filter(name="新泾镇").exists()
    assert Region.objects.get(pk="310108").valid_to is not None
    assert Region.objects.count() > 3000
