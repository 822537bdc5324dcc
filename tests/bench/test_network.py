"""The network at the city's size: as many hubs as reported, each by a recognition, and a page that asks no more."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.models import Organization
from orgs.selectors.network import hub_network
from procurement.bench.scale import network

pytestmark = pytest.mark.django_db


def test_network_has_the_reported_size_and_a_page_of_constant_queries(client: Client) -> None:
    def asked() -> int:
        client.get(reverse("hub-network"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("hub-network")).status_code == 200
        return len(captured)

    empty = asked()
    assert network.spread() == 36 + 236 + 447
    assert network.spread() == 0
    found = hub_network(timezone.localdate())
    assert [found.of_tier(tier) for tier in ("city", "district", "street")] == [36, 236, 447]
    assert len(found.roots) == 36
    assert not Organization.objects.filter(is_hub=True, hub_tier="").exists()
    assert asked() <= empty + 2
