import pytest
from procurement.demo.steps import reviewing
def test_whole(published, applications):
    apps=applications(2)
    import time; t=time.time()
    published.script["decline"]=True
    reviewing.review(published)
    print(time.time()-t)
    for a in apps:
        a.refresh_from_db(); print(a.status,a.review_score,a.review_rank,a.review_suggested_amount)
    assert published.panel.status=="signed"
