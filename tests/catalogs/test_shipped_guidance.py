"""The catalogues that come with the portal."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from catalogs import shipped
from catalogs.models import CatalogueItem, GuidanceCatalogue, ProcurementCode, Standing
from orgs.models import Region

pytestmark = pytest.mark.django_db


def test_every_shipped_edition_stands_there_with_its_tree() -> None:
    found = {str(row.pk): row for row in GuidanceCatalogue.objects.all()}
    for edition in shipped.editions():
        row = found[edition["id"]]
        assert row.items.count() == len(edition["items"]), row
        assert row.source, "an edition says where it comes from"
    assert ProcurementCode.objects.count() == 611 - 1


def test_installing_again_changes_nothing() -> None:
    before = list(CatalogueItem.objects.order_by("pk").values_list("pk", "name"))
    shipped.install()
    assert list(CatalogueItem.objects.order_by("pk").values_list("pk", "name")) == before


def test_only_catalogues_proper_carry_a_purchase() -> None:
    guangzhou, chengdu = Region.objects.get(pk="440100"), Region.objects.get(pk="510104")
    day = date(2026, 11, 29)
    assert CatalogueItem.objects.valid_on(guangzhou, day).filter(name="人民调解").exists()
    assert not CatalogueItem.objects.valid_on(chengdu, day).exists()
    assert not CatalogueItem.objects.valid_on(guangzhou, date(2012, 5, 23)).exists()


def test_marks_follow_the_beijing_opinion() -> None:
    streets = GuidanceCatalogue.objects.get(region="110000", level="subdistrict", standing=Standing.REFERENCE)
    assert streets.items.filter(level=2, prefers_social=True).count() == 9
    assert set(streets.items.filter(level=2, shall_be_social=True).values_list("name", flat=True)) == {
        "城乡社区类公共服务事项",
        "社区减负事项",
        "社区社会组织培育孵化",
        "备案管理",
    }


def test_the_database_keeps_a_published_edition_as_it_is() -> None:
    item = CatalogueItem.objects.filter(catalogue__region="440000").last()
    assert item is not None
    for change in (
        lambda: CatalogueItem.objects.filter(pk=item.pk).update(name="改名"),
        lambda: CatalogueItem.objects.filter(pk=item.pk).delete(),
        lambda: GuidanceCatalogue.objects.filter(pk=item.catalogue_id).update(title="改名"),
        lambda: CatalogueItem(catalogue_id=item.catalogue_id, code="9", name="新增").save(),
    ):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            change()
