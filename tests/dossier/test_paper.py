"""The paper: official, navigable, extractable, and bound to its data by hash and seal."""

from __future__ import annotations

import hashlib
import io
import json
import re

import jcs
import pikepdf
import pypdfium2
import pytest

from procurement.demo.stage import Stage
from procurement.dossier.binding import DATA_NAME, SEAL_NAME, NotADossier, attach, bind, seal_of, unbind
from procurement.dossier.blocks import facts, note, prose, section, table
from procurement.dossier.content import Dossier
from tests.dossier.conftest import Made

pytestmark = pytest.mark.django_db


def pages_of(paper: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(paper)
    return [page.get_textpage().get_text_range() for page in document]


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def pages(made: Made) -> list[str]:
    return pages_of(made.paper)


def small(*sections: dict[str, object]) -> Dossier:
    content = {
        "format": "procurement-dossier/1",
        "case": {"id": "00000000-0000-0000-0000-000000000000", "number": "SB-2026-9999"},
        "issuer": "北京市朝阳区社会建设工作领导小组办公室",
        "cover": section("小卷宗", facts(("案卷编号", "SB-2026-9999"))),
        "chapters": [
            {"code": "one", "number": "1", "title": "唯一的一章", "phase": "立项", "sections": list(sections)}
        ],
    }
    return Dossier(content=content, data=jcs.canonicalize(content))


def test_cover_names_the_case_and_prints_the_hash(made: Made, pages: list[str]) -> None:
    cover = flat(pages[0])
    for expected in ("审计卷宗", "SB-2026-", "“心目影院”", "140,400.00元", "依据的检查点第", made.dossier.content_hash):
        assert expected in cover


def test_every_page_but_the_cover_says_which_of_how_many_it_is(pages: list[str]) -> None:
    for number, text in enumerate(pages[1:], start=2):
        assert f"第{number}页/共{len(pages)}页" in flat(text)


def test_contents_give_the_page_each_chapter_begins_on(made: Made, pages: list[str]) -> None:
    document = pypdfium2.PdfDocument(made.paper)
    begins = {flat(one.get_title()): one.get_dest().get_index() + 1 for one in document.get_toc(max_depth=1)}
    listed = flat(pages[1])
    for chapter in made.dossier.content["chapters"]:
        heading = flat(f"{chapter['number']}{chapter['title']}")
        assert re.search(rf"{re.escape(heading)}\.*{begins[heading]}", listed), heading
        assert flat(pages[begins[heading] - 1]).startswith(heading)


def test_bookmarks_lead_to_every_chapter(made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.paper)) as pdf, pdf.open_outline() as outline:
        titles = [flat(str(item.title)) for item in outline.root]
        deeper = [flat(str(child.title)) for item in outline.root for child in item.children]
    assert titles[0] == "审计卷宗"
    assert {flat(f"{one['number']}{one['title']}") for one in made.dossier.content["chapters"]} <= set(titles)
    assert {"责任与期限", "办理记录", "依据", "公示期计算", "归档目录"} <= set(deeper)


def test_chinese_text_can_be_taken_out_of_the_paper(whole: Stage, pages: list[str]) -> None:
    text = flat("".join(pages))
    for sentence in (
        "两街道登记视障居民860人",
        "服务对象明确，需求有走访记录佐证",
        "届满日，当日24:00截止",
        whole.acceptance.opinion,
        whole.financial_audit.conclusion,
    ):
        assert flat(sentence) in text


def test_paper_prints_no_time_of_making(made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.paper)) as pdf:
        assert "/CreationDate" not in pdf.docinfo
        assert "/ModDate" not in pdf.docinfo


def test_data_is_attached_and_hashes_to_what_the_cover_says(made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.paper)) as pdf:
        data = pdf.attachments[DATA_NAME].get_file().read_bytes()
        assert [str(spec.UF) for spec in pdf.Root.AF] == [SEAL_NAME, DATA_NAME]
    assert hashlib.sha256(data).hexdigest() == made.dossier.content_hash
    assert jcs.canonicalize(json.loads(data)) == data


def test_seal_covers_the_data(made: Made) -> None:
    bound = unbind(made.paper)
    assert bound.is_genuine
    assert bound.content_hash == made.dossier.content_hash


def test_paper_with_changed_data_is_not_genuine(made: Made) -> None:
    seal = json.dumps(seal_of(made.dossier)).encode()
    forged = attach(made.paper, {DATA_NAME: made.dossier.data.replace(b"140,400", b"140,500"), SEAL_NAME: seal})
    assert not unbind(forged).is_genuine


def test_other_papers_are_no_dossier() -> None:
    with pytest.raises(NotADossier, match="不是本平台的审计卷宗"):
        unbind(b"%PDF-1.7 nothing")


def test_same_document_gives_the_same_bytes(kept: object) -> None:
    dossier = small(section("一节", prose("说明", "同一数据，同一文件。")))
    assert bind(dossier) == bind(dossier)


def test_long_table_is_printed_in_part_and_says_so(kept: object) -> None:
    rows = [(f"第{number}行", "内容") for number in range(1, 621)]
    dossier = small(section("长表", table(("行", "内容"), rows), note("表后")))
    text = flat("".join(pages_of(bind(dossier))))
    assert "第500行" in text
    assert "第501行" not in text
    assert "共620行，此处印前500行，全部见附件dossier.json。" in text
    assert "第620行" in dossier.data.decode()


def test_words_of_users_are_printed_as_words(kept: object) -> None:
    hostile = "<script>alert(1)</script><img src='http://example.org/x.png'>"
    text = flat("".join(pages_of(bind(small(section("一节", prose("说明", hostile), facts(("值", hostile))))))))
    assert text.count(flat("<script>alert(1)</script>")) == 2


def test_maker_is_told_how_far_it_is(made: Made) -> None:
    percents = [percent for percent, _words in made.told]
    assert percents == sorted(percents)
    assert percents[-1] >= 90
    assert "正在汇集：专家评审" in [told for _percent, told in made.told]
