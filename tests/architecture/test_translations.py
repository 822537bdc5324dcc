"""Every text has its English: nothing missing, no placeholder lost, nothing left as a guess."""

from __future__ import annotations

import re

import polib

from procurement.ui.messages import CATALOGUE as PATH
from procurement.ui.messages import sync

CATALOGUE = polib.pofile(str(PATH))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def test_every_text_is_translated() -> None:
    assert [entry.msgid for entry in CATALOGUE if not entry.translated()] == []


def test_no_translation_is_a_guess() -> None:
    assert [entry.msgid for entry in CATALOGUE if entry.fuzzy] == []


def test_placeholders_survive_translation() -> None:
    lost = [
        entry.msgid
        for entry in CATALOGUE
        for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.msgid))
    ]
    assert lost == []


def test_catalogue_holds_just_the_texts_in_use() -> None:
    """`manage.py sync_translations` brings it in step."""
    catalogue = polib.pofile(str(PATH))
    before = {entry.msgid for entry in catalogue}
    _waiting, left = sync(catalogue)
    assert ({entry.msgid for entry in catalogue} - before, left) == (set(), [])
