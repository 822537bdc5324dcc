"""The figures of registers and search can be taken: the same steps as in the benchmark, with few rows."""

from typing import Any

import pytest
from django.db import connection

from orgs.models import Organization, OrganizationKind
from procurement.access import Role
from procurement.bench import registers
from procurement.bench.dealing import dealing_figures
from procurement.search.models import SearchEntry
from tests.factories import make_organization, make_seat, make_social_organization

pytestmark = pytest.mark.django_db


def test_figures_are_taken(monkeypatch: Any, settings: Any, tmp_path: Any, live_server: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(registers, "IMPORTED", 30)
    make_seat(Role.CIV, make_organization(OrganizationKind.AUTHORITY))
    make_social_organization()
    to = connection.settings_dict
    url = f"host={to['HOST']} port={to['PORT'] or 5432} dbname={to['NAME']} user={to['USER']} password={to['PASSWORD']}"
    with connection.cursor() as cursor:
        registers.fill(200, cursor)
        cursor.execute("select count(*) from pg_indexes where tablename = 'search_searchentry'")
        assert cursor.fetchone()[0] > 2
    figures = [
        *registers.import_figures(url=url),
        *registers.export_figures(),
        *registers.search_figures(web=live_server.url, rounds=2, seconds=0.1),
    ]
    assert [figure.name for figure in figures] == [
        "import_organizations", "export", "search.p50", "search.p95", "search.queries",
    ]  # fmt: skip
    assert "30 created" in figures[0].note
    assert Organization.objects.filter(name__endswith="中心").exists()
    assert SearchEntry.objects.count() >= 200


def test_the_dealing_is_measured_and_proven() -> None:
    solve, prove = dealing_figures(applications=60, experts=12)
    assert solve.value > 0
    assert prove.note == "optimal"
