"""Every text has its English: nothing missing, no placeholder lost, nothing left as a guess."""

from __future__ import annotations

import re
from pathlib import Path

import polib

CATALOGUE = polib.pofile(str(Path(__file__).parents[2] / "locale/en/LC_MESSAGES/django.po"))
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
