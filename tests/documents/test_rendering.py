import io
import re
import socket
import threading

import pikepdf
import pypdfium2
import pytest
from django.template import engines
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from procurement.documents import RenderFailed, content_hash, pdf_from_html, render_pdf, sandbox, store
from procurement.documents.sandboxed import render_pdf as renderer
from tests.documents import samples

CANARY = "root:x:0:0:canary"
RARE = "张镕、李喆、王堃、赵犇、嫘垚翀玥、瑄祎昇、䶮㛃"

PAPER = """{% extends "documents/base.html" %}
{% block contents %}<nav class="contents"><ol>
<li><a href="#one">一、基本情况</a></li><li><a href="#two">二、评审意见</a></li></ol></nav>{% endblock %}
{% block body %}<h2 id="one">一、基本情况</h2><p>{{ text }}</p>
<h2 id="two" class="chapter">二、评审意见</h2><p>同意立项，金额 1,234.50 元。</p>{% endblock %}"""


def paper(**context):
    defaults = {
        "title": "项目卷宗",
        "issuer": "市社会建设工作领导小组办公室",
        "reference": "社建办〔2026〕1号",
        "text": RARE,
    }
    return engines["django"].from_string(PAPER).render({**defaults, **context})


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_chinese_text_with_rare_names_is_extractable_verbatim():
    text = text_of(pdf_from_html(paper()))
    for sentence in (RARE, "市社会建设工作领导小组办公室", "社建办〔2026〕1号", "同意立项，金额 1,234.50 元。"):
        assert sentence in text


def test_paper_counts_its_pages_and_lists_them():
    pages = [re.sub(r"\s+", " ", text_of_page) for text_of_page in pages_of(pdf_from_html(paper()))]
    assert [f"第 {n} 页 / 共 {len(pages)} 页" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert len(pages) == 3
    assert re.search(r"一、基本情况[ .]+2", pages[0])
    assert re.search(r"二、评审意见[ .]+3", pages[0])


def pages_of(pdf):
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def test_paper_has_bookmarks_metadata_and_only_the_shipped_fonts():
    with pikepdf.open(io.BytesIO(pdf_from_html(paper()))) as pdf:
        with pdf.open_outline() as outline:
            titles = [item.title for root in outline.root for item in (root, *root.children)]
        assert titles == ["项目卷宗", "一、基本情况", "二、评审意见"]
        assert str(pdf.docinfo["/Title"]) == "项目卷宗"
        assert str(pdf.docinfo["/Author"]) == "市社会建设工作领导小组办公室"
        assert "/CreationDate" not in pdf.docinfo
        fonts = {str(o.FontName)[8:] for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile3" in o}
    assert fonts == {"Portal-Serif", "Portal-Sans"}


def test_same_data_gives_the_same_bytes_and_hash():
    first, second = paper(), paper()
    assert content_hash(first) == content_hash(second)
    assert pdf_from_html(first) == pdf_from_html(second)
    assert content_hash(paper(text="另一句话")) != content_hash(first)


def test_text_of_a_user_stays_text():
    hostile = "<img src=file:///etc/passwd><script>alert(1)</script>"
    assert hostile in text_of(pdf_from_html(paper(text=hostile)))


def test_template_is_rendered_in_chinese_whatever_the_readers_language(settings):
    from django.utils import translation

    with translation.override("en"):
        pdf = render_pdf("documents/base.html", {"title": "通知", "issuer": "市财政局"})
    assert "市财政局" in text_of(pdf)


def test_progress_is_told_page_by_page():
    heard = []
    pdf_from_html(paper(), progress=lambda percent, step: heard.append((percent, step)))
    assert any(step == "正在排版第 3 页" for _, step in heard)
    assert all(0 <= percent < 100 for percent, _ in heard)


@pytest.mark.django_db
def test_stored_picture_can_be_shown_and_other_documents_cannot(actor, folder):
    photo = store(
        actor=actor, upload=samples.upload("a.png", samples.png()), subject=folder, kind="photo", title="照片"
    )
    html = f'<img src="asset:document/{photo.pk}">'
    with pikepdf.open(io.BytesIO(pdf_from_html(html, images=[photo]))) as pdf:
        assert len(pdf.pages[0].get_images()) == 1
    with pytest.raises(RenderFailed) as failure:
        pdf_from_html(html)
    assert failure.value.code == "blocked"


# --- addresses that must not be fetched ------------------------------------------------------------


class Listener:
    """A web server that only counts who calls."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.calls = 0
        threading.Thread(target=self.answer, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/secret"

    def answer(self):
        while True:
            try:
                caller, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.recv(4096)
            caller.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + CANARY.encode())
            caller.close()


@pytest.fixture
def listener():
    listening = Listener()
    yield listening
    listening.socket.close()


@pytest.fixture
def canary_file(tmp_path):
    path = tmp_path / "passwd"
    path.write_text(CANARY)
    return path.as_uri()


VECTORS = {
    "image": '<img src="{url}">',
    "image set": '<img srcset="{url} 2x" src="{url}">',
    "stylesheet": '<link rel="stylesheet" href="{url}">',
    "attachment": '<link rel="attachment" href="{url}">',
    "attached link": '<a rel="attachment" href="{url}">x</a>',
    "import": '<style>@import url("{url}");</style>',
    "background": '<p style="background-image:url({url})">x</p>',
    "font": "<style>@font-face{{font-family:F;src:url({url})}} p{{font-family:F}}</style><p>x</p>",
    "content": "<style>p::before{{content:url({url})}}</style><p>x</p>",
    "list mark": '<ul style="list-style-image:url({url})"><li>x</li></ul>',
    "svg image": '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    "svg use": '<svg width="9" height="9"><use href="{url}#a"/></svg>',
    "object": '<object data="{url}"></object>',
    "embed": '<embed src="{url}">',
    "frame": '<iframe src="{url}"></iframe>',
    "border image": '<p style="border:3px solid;border-image-source:url({url})">x</p>',
    "base": '<base href="{url}/"><img src="x.png">',
    "colour profile": '<style>@color-profile --p{{src:url({url})}}</style><p style="color:color(--p 1 1 1)">x</p>',
}


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("vector", VECTORS)
def test_foreign_address_in_a_paper_is_never_fetched(vector, scheme, listener, canary_file):
    """In this process files and network are there: what stops the fetch is the fetcher alone."""
    html = VECTORS[vector].format(url=listener.url if scheme == "http" else canary_file)
    try:
        pdf = renderer.render(html, {}, "0" * 32)
    except FatalURLFetchingError:
        pdf = b""
    assert CANARY.encode() not in b"".join(streams_of(pdf))
    assert listener.calls == 0


def streams_of(pdf: bytes):
    if not pdf:
        return
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Stream):
                try:
                    yield item.read_bytes()
                except pikepdf.PdfError:
                    yield item.read_raw_bytes()


@pytest.mark.parametrize("vector", ["image", "attachment", "import"])
def test_paper_with_a_foreign_address_is_not_drawn_up(vector, listener, canary_file):
    with pytest.raises(RenderFailed) as failure:
        pdf_from_html(VECTORS[vector].format(url=canary_file))
    assert failure.value.code == "blocked"
    assert "外部内容" in failure.value.message
    with pytest.raises(RenderFailed, match="blocked"):
        pdf_from_html(VECTORS[vector].format(url=listener.url))
    assert listener.calls == 0


def test_library_default_would_fetch_both(listener, canary_file):
    """Negative control: if this fails, the tests above prove nothing."""
    assert URLFetcher().fetch(canary_file).read() == CANARY.encode()
    assert URLFetcher().fetch(listener.url).read() == CANARY.encode()
    assert listener.calls == 1


@pytest.mark.parametrize(
    "url",
    [
        "asset:../../etc/passwd",
        "asset:/etc/passwd",
        "asset:print.css/../base.html",
        "data:text/css,@import url(http://127.0.0.1/)",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64," + "A" * 200_000,
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1/x",
        "FILE:///etc/passwd",
    ],
)
def test_fetcher_refuses_what_is_not_shipped(url):
    with pytest.raises(FatalURLFetchingError):
        renderer.ShippedOnly({"asset:print.css": "/dev/null"}).fetch(url)


# --- limits of the child ---------------------------------------------------------------------------


def test_child_has_no_environment_no_network_and_dies_with_its_time(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_SECRET", CANARY)
    program = tmp_path / "probe.py"
    program.write_text("import os, socket; print(sorted(os.environ), socket.if_nameindex())")
    monkeypatch.setattr(sandbox, "PROGRAMS", link_boot(tmp_path))
    said = sandbox.run("probe", limits=sandbox.Limits(seconds=10, memory_mb=256)).decode()
    assert "PORTAL_SECRET" not in said
    assert "eth0" not in said

    program.write_text("while True: pass")
    with pytest.raises(sandbox.SandboxError):
        sandbox.run("probe", limits=sandbox.Limits(seconds=1, memory_mb=256))

    program.write_text("x = bytearray(300 * 1024 * 1024)")
    with pytest.raises(sandbox.SandboxError, match="MemoryError"):
        sandbox.run("probe", limits=sandbox.Limits(seconds=10, memory_mb=256))


def link_boot(folder):
    (folder / "boot.py").write_bytes((sandbox.PROGRAMS / "boot.py").read_bytes())
    return folder


def test_paper_that_takes_too_long_is_a_clean_failure(kept_files):
    endless = "<table>" + "<tr>" + "<td>长</td>" * 40 + "</tr>" * 1 + ("<tr>" + "<td>长</td>" * 40 + "</tr>") * 3_000
    with pytest.raises(RenderFailed) as failure:
        pdf_from_html(endless, limits=sandbox.Limits(seconds=2, memory_mb=1024))
    assert failure.value.code in {"timeout", "crashed"}
    assert failure.value.message.endswith("。")
    assert kept_files() == []


def test_paper_that_takes_too_much_memory_is_a_clean_failure(kept_files):
    with pytest.raises(RenderFailed) as failure:
        pdf_from_html("<p>长</p>" * 5_000, limits=sandbox.Limits(seconds=60, memory_mb=160))
    assert failure.value.code == "crashed"
    assert kept_files() == []
