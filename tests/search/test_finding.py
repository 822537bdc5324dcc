"""Search finds what LIKE finds, no more than the person may see, and nothing typed does harm."""

import random
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogs.models import PolicyDocument
from orgs.models import Organization
from procurement.access import ANONYMOUS, Role
from procurement.lifecycle.engine import perform
from procurement.search import kinds as kinds_room
from procurement.search.models import SearchEntry
from procurement.search.selectors import confirmed, in_scope, matching
from procurement.search.services.indexing import rebuild
from procurement.search.templatetags.search import highlight, snippet
from procurement.search.words import fold, like
from tests.factories import make_actor, make_social_organization
from tests.factories.applications import make_applying, make_guide
from tests.factories.guidance import make_catalogue

pytestmark = pytest.mark.django_db
CHARACTERS = "社区养老服务中心心理民非北京朝阳区示例，。 （）A1b-_%'\"\\"


def entries(texts):
    SearchEntry.objects.bulk_create(
        SearchEntry(
            kind="organization", object_id=uuid.uuid4(), title=text[:300], folded=fold(text), on=date(2026, 1, 1),
            is_public=True,
        )
        for text in texts
    )  # fmt: skip


def test_search_finds_exactly_what_like_finds():
    chance = random.Random(20260101)  # noqa: S311
    texts = ["".join(chance.choices(CHARACTERS, k=chance.randint(1, 24))) for _ in range(500)]
    SearchEntry.objects.all().delete()
    entries(texts)
    for _ in range(300):
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        query = text[start : start + chance.randint(1, 4)]
        if not query.split():
            continue
        with connection.cursor() as cursor:
            where = " and ".join(["folded like %s"] * len(query.split()))
            cursor.execute(
                f"select id from search_searchentry where {where}", [like(fold(term)) for term in query.split()]
            )
            expected = {row[0] for row in cursor.fetchall()}
        assert set(matching(query).values_list("pk", flat=True)) == expected, query


@pytest.mark.parametrize(
    "hostile",
    [
        "'",
        '"',
        "\\",
        "' | 'a",
        "%",
        "_",
        "a:*",
        "!(a)",
        "');drop table search_searchentry;--",
        "<script>",
        "\x00",
        "养老 & 老",
    ],
)
def test_hostile_queries_are_just_text(client, hostile):
    make_social_organization(name="社区养老中心")
    answer = client.get(reverse("search"), {"q": hostile})
    assert answer.status_code == 200
    assert "社区养老中心" not in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_hits_are_marked_and_markup_in_names_stays_text(client):
    make_social_organization(name="<b>养老</b>驿站")
    page = client.get(reverse("search"), {"q": "养老"}).content.decode()
    assert "&lt;b&gt;<mark>养老</mark>&lt;/b&gt;驿站" in page
    assert highlight("a<b", ["<"]) == "a<mark>&lt;</mark>b"
    assert snippet("长" * 100 + "养老" + "尾" * 300, ["养老"]).startswith("…长")


def test_entry_follows_its_row():
    body = make_social_organization(name="春风驿站")
    assert matching("春风").count() == 1
    body.name = "秋水驿站"
    body.save()
    assert (matching("春风").count(), matching("秋水").count()) == (0, 1)


def test_rebuild_brings_back_what_bulk_work_left_out_and_drops_what_is_gone():
    body = make_social_organization(name="夏荷驿站")
    SearchEntry.objects.all().delete()
    entries(["无主条目"])
    rebuild()
    assert SearchEntry.objects.get(object_id=body.pk).title == "夏荷驿站"
    assert matching("无主条目").count() == 0


# --- nobody finds what they may not see -----------------------------------------------------------------------------


@pytest.fixture
def sealed():
    """A draft of one organisation, and a draft guide."""
    application = make_applying(filled=False).application
    application.title = "密封月光项目"
    application.save()
    guide = make_guide(status="draft")
    return application, guide


@pytest.mark.parametrize("role", [None, *Role])
def test_drafts_are_found_by_nobody_else_and_counted_for_nobody_else(client, sealed, role):
    if role is not None:
        client.force_login(make_actor(role, make_social_organization()).user)
    page = client.get(reverse("search"), {"q": "密封月光"}).content.decode()
    assert "<mark>密封月光</mark>" not in page
    assert "没有找到" in page  # neither a hit nor a facet


def test_draft_guide_is_the_offices(client, sealed):
    _application, guide = sealed
    found = in_scope(SearchEntry.objects.filter(object_id=guide.pk), ANONYMOUS)
    assert not found.exists()
    assert in_scope(SearchEntry.objects.filter(object_id=guide.pk), make_actor(Role.LGO, guide.office)).exists()
    assert not in_scope(SearchEntry.objects.filter(object_id=guide.pk), make_actor(Role.ORG)).exists()


def test_own_draft_is_found(client, sealed):
    application, _guide = sealed
    assert application.status == "draft"
    client.force_login(make_actor(Role.ORG, application.applicant).user)
    assert "<mark>密封月光</mark>项目" in client.get(reverse("search"), {"q": "密封月光"}).content.decode()


def test_stale_entry_that_claims_to_be_public_shows_nothing(client, sealed):
    """Control: the entry lies, the kind's own policy still decides, for the hit and for the facets."""
    application, _guide = sealed
    SearchEntry.objects.filter(object_id=application.pk).update(is_public=True, stage="泄露阶段")
    assert in_scope(matching("密封月光"), ANONYMOUS).count() == 1
    assert confirmed(matching("密封月光"), ANONYMOUS) == set()
    page = client.get(reverse("search"), {"q": "密封月光"}).content.decode()
    assert "泄露阶段" not in page
    assert "<mark>" not in page


def test_unpublished_organisation_is_found_by_keepers_only(client):
    make_social_organization(name="未公开驿站", is_published=False)
    assert "<mark>" not in client.get(reverse("search"), {"q": "未公开驿站"}).content.decode()
    client.force_login(make_actor(Role.CIV).user)
    assert "<mark>" in client.get(reverse("search"), {"q": "未公开驿站"}).content.decode()


# --- the page -------------------------------------------------------------------------------------------------------


def test_facets_narrow_and_the_address_is_the_view(client):
    for number in range(3):
        make_social_organization(name=f"星光{number}号驿站")
    page = client.get(reverse("search"), {"q": "星光"})
    assert "朝阳区" in page.content.decode()
    assert len(client.get(reverse("search"), {"q": "星光", "district": "朝阳区"}).context["hits"]) == 3
    assert len(client.get(reverse("search"), {"q": "星光", "district": "海淀区"}).context["hits"]) == 0
    assert client.get(reverse("search"), {"q": "星光", "year": "x", "amount": "'"}).context["chosen"] == []


def test_queries_do_not_grow_with_rows_and_pages_go_on(client):
    seen = []
    for total in (2, 60):
        while Organization.objects.filter(name__startswith="同名驿站").count() < total:
            make_social_organization(name=f"同名驿站{uuid.uuid4().hex[:6]}")
        client.get(reverse("search"), {"q": "同名驿站"})
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(reverse("search"), {"q": "同名驿站"})
        seen.append(len(captured))
    assert seen[0] == seen[1] <= 4
    names, url = set(), reverse("search") + "?q=同名驿站"
    while url:
        answer = client.get(url)
        names |= {hit["entry"].title for hit in answer.context["hits"]}
        following = answer.context["page"].next_url
        url = reverse("search") + following if following else ""
    assert len(names) == 60


def test_every_kind_can_be_reached(client):
    assert {"organization", "guide", "project", "contract", "publicity", "catalogue_item"} <= set(kinds_room._kinds)


def test_items_are_found_by_the_public_once_their_edition_is_published():
    edition = make_catalogue(status="approved")
    entry = SearchEntry.objects.filter(kind="catalogue_item", title="居家养老服务")
    assert not entry.filter(is_public=True).exists()
    perform(edition, "catalogue.publish", actor=make_actor(Role.FIN, edition.compiler), valid_from=timezone.localdate())
    assert entry.get().is_public


def test_policy_is_found_by_its_text_and_leads_to_its_page(client):
    document = PolicyDocument.objects.create(
        slug="test-policy", title="示例办法", number="示例〔2026〕1号", kind="normative", text="第一条 鼓励枢纽型社会组织参与。"
    )  # fmt: skip
    assert [hit.object_id for hit in matching("鼓励枢纽型社会组织参与")] == [document.pk]
    answer = client.get(reverse("policy-by-key", args=[document.pk]))
    assert answer.url == reverse("policy", args=["test-policy"])


def test_article_under_copyright_is_found_by_its_record_only():
    PolicyDocument.objects.create(
        slug="an-article", title="某篇文章", kind="article", text="独家论述", is_official=False
    )
    assert not matching("独家论述").exists()
    assert matching("某篇文章").exists()
