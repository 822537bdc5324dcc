import pytest
from evaluation.models import Rubric
def test_smoke(published):
    r=Rubric.objects.get()
    assert r.status=="frozen" and published.guide.rubric_id==r.pk
def test_app(published, applications):
    assert len(applications(3))==3
