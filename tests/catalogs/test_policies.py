"""The policy library: articles found in plain text, citations that lead there, texts shown to whom they may be."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogs.articles import blocks_of, cited_anchor, number_of
from catalogs.models import PolicyDocument, Validity
from catalogs.services.policies import save_policy
from procurement.access import Role
from procurement.rules import RuleViolation, registry
from procurement.rules.citations import linked
from tests.factories.people import make_actor


def anchors(slug: str) -> set[str]:
    return {block.anchor for block in blocks_of(PolicyDocument.objects.get(slug=slug).text)}


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("四十三", 43), ("一百零二", 102), ("23", 23)],
)
def test_numerals(numeral: str, number: int) -> None:
    assert number_of(numeral) == number


@pytest.mark.parametrize(
    ("rest", "anchor"),
    [
        ("第23条", "art-23"),
        ("第13条第（四）项", "art-13-4"),
        ("第九条第（三）项", "art-9-3"),
        ("五（三）", "art-5-3"),
        ("第36条、第37条", "art-36"),
        ("", ""),
    ],
)
def test_citations_point_at_articles(rest: str, anchor: str) -> None:
    assert cited_anchor(rest) == anchor


@pytest.mark.django_db
def test_every_article_a_rule_cites_is_in_the_text_it_leads_to() -> None:
    lost, found = [], 0
    pages: dict[str, set[str]] = {}
    for citation, parts in linked(rule.citation for rule in registry.values()).items():
        for part in parts:
            slug, _hash, anchor = part.url.removeprefix("/catalogs/policies/").partition("/#")
            if not anchor:
                continue
            found += 1
            pages.setdefault(slug, anchors(slug))
            if anchor not in pages[slug]:
                lost.append(f"{citation}: {part.url}")
    assert lost == []
    assert found > 80


@pytest.mark.django_db
def test_a_rules_page_leads_to_the_article(client: Client) -> None:
    page = client.get(reverse("handbook-rule", args=["R-205"])).content.decode()
    assert 'href="/catalogs/policies/chengdu-procedures-2017/#art-23"' in page
    policy = client.get("/catalogs/policies/chengdu-procedures-2017/").content.decode()
    assert 'id="art-23"' in policy
    assert "R-205" in policy
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("handbook-rules"))
    assert len(captured) <= 3


@pytest.mark.django_db
def test_search_finds_the_text_with_what_stands_around_it(client: Client) -> None:
    found = client.get(reverse("policy-list"), {"words": "凭单制"}).content.decode()
    assert "成都市政府购买服务工作规程" in found
    assert "凭单制" in found.split("成都市政府购买服务工作规程")[1]
    assert "没有找到政策文件" in client.get(reverse("policy-list"), {"words": "不存在的词语"}).content.decode()


@pytest.mark.django_db
def test_an_authors_text_is_shown_to_signed_in_people_only(client: Client) -> None:
    article = PolicyDocument.objects.get(slug="beijing-consortium-model-2012")
    words = "整体网络"
    assert words in article.text
    assert words not in client.get(article.get_absolute_url()).content.decode()
    assert article.title not in client.get(reverse("policy-list"), {"words": words}).content.decode()
    client.force_login(make_actor(Role.ORG).user)
    assert words in client.get(article.get_absolute_url()).content.decode()
    assert article.title in client.get(reverse("policy-list"), {"words": words}).content.decode()


@pytest.mark.django_db
def test_the_library_is_kept_by_its_keepers(client: Client) -> None:
    entered = {
        "title": "示例意见",
        "slug": "example-opinion",
        "number": "示〔2026〕1号",
        "kind": "normative",
        "region_code": "110105",
        "validity": "current",
        "is_official": "on",
        "text": "第一条 总则。\n第二条 附则。",
    }
    client.force_login(make_actor(Role.ORG).user)
    assert client.post(reverse("policy-new"), entered).status_code == 403
    client.force_login(make_actor(Role.CIV).user)
    assert client.post(reverse("policy-new"), {**entered, "region_code": "999999"}).status_code == 422
    assert client.post(reverse("policy-new"), entered).status_code == 302
    policy = PolicyDocument.objects.get(slug="example-opinion")
    assert 'id="art-2"' in client.get(policy.get_absolute_url()).content.decode()
    # a draft of the library is a 404 for the public, the control is the keeper's own reading
    policy.is_published = False
    policy.save()
    assert Client().get(policy.get_absolute_url()).status_code == 404
    assert client.get(policy.get_absolute_url()).status_code == 200
    png = SimpleUploadedFile("a.exe", b"MZ", content_type="application/octet-stream")
    refused = client.post(reverse("policy-attach", args=[policy.slug]), {"title": "原件", "upload": png})
    assert refused.status_code == 422
    with pytest.raises(RuleViolation, match="S-02"):
        save_policy(actor=make_actor(Role.ORG), policy=policy)


@pytest.mark.django_db
def test_a_known_end_makes_a_document_repealed() -> None:
    policy = PolicyDocument(validity=Validity.CURRENT, valid_to=date(2020, 3, 1))
    assert policy.validity_on(date(2020, 2, 29)) == Validity.CURRENT
    assert policy.validity_on(date(2020, 3, 1)) == Validity.REPEALED
