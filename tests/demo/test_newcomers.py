"""The demo world shows a registration to check, one to correct, an invitation on its way and a merge to decide."""

import pytest
from django.utils import timezone

from orgs.models import Invitation, OrganizationMerge, Registration, SuspectPair
from procurement.demo import newcomers, people

pytestmark = pytest.mark.django_db


def test_newcomers_are_there_once_however_often_they_are_built() -> None:
    now = timezone.now()
    people.seed(now)
    for _again in range(2):
        newcomers.seed(now)
    assert sorted(Registration.objects.values_list("status", flat=True)) == ["returned", "submitted"]
    assert (Invitation.objects.count(), SuspectPair.objects.count()) == (1, 1)
    merge = OrganizationMerge.objects.get()
    assert (merge.status, merge.authority.name) == ("proposed", "北京市朝阳区民政局")
