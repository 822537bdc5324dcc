"""The letter as a paper: drawn up in the background, read by its addressee, by no rival."""

from __future__ import annotations

import pytest
from django.test import Client

from procurement.access import Role
from procurement.documents.models import Document, Job
from procurement.documents.services import run_job
from projects.models import ResultLetter
from tests.factories import make_actor
from tests.factories.awards import announced

pytestmark = pytest.mark.django_db(transaction=True)


def test_letter_becomes_a_paper_its_addressee_reads(client: Client):
    _procedure, bids = announced(("500000", "80"), ("510000", "78"), ("520000", "60"))
    letter = ResultLetter.objects.get(bid=bids[1])
    job = Job.objects.get(kind="result_letter", params__letter=str(letter.pk))
    run_job(job_id=job.pk)
    paper = Document.objects.for_subject(letter.subject).get()
    assert paper.title == str(letter)
    for organization, answer in ((bids[1].bidder, 200), (bids[0].bidder, 404)):
        client.force_login(make_actor(Role.ORG, organization).person)
        assert client.get(paper.get_absolute_url()).status_code == answer
