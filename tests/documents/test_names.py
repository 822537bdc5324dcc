import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.documents.names import LENGTH, extension_of, normalise_name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("实施方案（定稿）.pdf", "实施方案（定稿）.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\张\\方案.docx", "方案.docx"),
        ("方案\x00.exe.pdf", "方案.exe.pdf"),
        ("照片\u202egpj.exe", "照片gpj.exe"),
        ("方\u200b案\ufeff.pdf", "方案.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.tar.pdf", "_LPT1.tar.pdf"),
        (".pdf", "_.pdf"),
        ("a<b>:c|d?.pdf", "a_b__c_d_.pdf"),
        ("方案.pdf. . ", "方案.pdf"),
        ("e\u0301tude.pdf", "étude.pdf"),
        ("𠮷祥.pdf", "𠮷祥.pdf"),
        ("", "_"),
    ],
)
def test_name_is_made_harmless_and_stays_readable(raw, shown):
    assert normalise_name(raw) == shown


def test_long_name_is_cut_before_its_extension():
    name = normalise_name("长" * 300 + ".pdf")
    assert len(name) == LENGTH
    assert name.endswith("长.pdf")


@given(st.text(max_size=300))
def test_any_name_comes_out_as_one_plain_line(raw):
    name = normalise_name(raw)
    assert 0 < len(name) <= LENGTH
    assert not set(name) & set('/\\\0\n\r<>:"|?*\u202e')
    assert extension_of(name) == extension_of(name.lower())
