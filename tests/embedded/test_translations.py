"""Catalogues are compiled when, and only when, their source is newer."""

import gettext
import os
from pathlib import Path

from procurement.embedded.translations import compile_translations

CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "合同"\nmsgstr "Contract"\n'


def write_catalogue(locales: Path) -> Path:
    source = locales / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE)
    return source


def test_catalogue_is_compiled_once(tmp_path: Path) -> None:
    source = write_catalogue(tmp_path)
    assert compile_translations(tmp_path) == 1
    assert compile_translations(tmp_path) == 0
    with source.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("合同") == "Contract"


def test_edited_catalogue_is_compiled_again(tmp_path: Path) -> None:
    source = write_catalogue(tmp_path)
    compile_translations(tmp_path)
    later = source.with_suffix(".mo").stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_translations(tmp_path) == 1
