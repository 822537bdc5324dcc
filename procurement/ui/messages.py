"""The texts the code and templates offer for translation, and the catalogue kept in step with them.

Read with Python's own parser and Django's ``templatize``, so that no gettext tools are needed on any machine.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
APPS = ("procurement", "orgs", "catalogs", "projects", "evaluation")
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"

_SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATE = re.compile(rf"\b(n?)gettext\({_LITERAL}(?:, *{_LITERAL})?|(?<!\w)_\({_LITERAL}\)")
_PYTHON_FORMAT = re.compile(r"%\(\w+\)[sd]|%[sd]")


@dataclass(frozen=True)
class Message:
    text: str
    plural: str = ""


def offered() -> dict[Message, list[str]]:
    """Every message with the files, relative to the checkout, that use it."""
    found: defaultdict[Message, set[str]] = defaultdict(set)
    for path in _sources():
        source = path.read_text(encoding="utf-8")
        messages = _in_python(source) if path.suffix == ".py" else _in_template(source)
        for message in messages:
            found[message].add(str(path.relative_to(ROOT)))
    return {message: sorted(files) for message, files in sorted(found.items(), key=_place)}


def _place(item: tuple[Message, set[str]]) -> tuple[str, str]:
    """Where a message stands in the catalogue: by its first file, then by its text, on every machine alike."""
    message, files = item
    return min(files), message.text


def _sources() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
    for suffix in ("*.html", "*.txt", "*.svg"):
        yield from (ROOT / "templates").rglob(suffix)


def _in_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        words = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in _PLURAL and len(words) == 2:
            yield Message(*words)
        elif name in _SINGULAR and words:
            yield Message(words[0])


def _in_template(source: str) -> Iterator[Message]:
    for match in _IN_TEMPLATE.finditer(templatize(source)):
        plural, first, second, bare = match.groups()
        text = ast.literal_eval(bare or first)
        yield Message(text, ast.literal_eval(second) if plural and second else "")


def sync(catalogue: polib.POFile) -> tuple[list[str], list[str]]:
    """Bring the catalogue to what is offered: new texts enter without translation, texts no longer used leave.

    Returns the texts that entered and those that left.
    """
    wanted = offered()
    known = {Message(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
    for message, files in wanted.items():
        entry = known.get(message) or _entry(message)
        entry.occurrences = [(file, "") for file in files]
        known[message] = entry
    catalogue[:] = [known[message] for message in wanted]
    entered = [message.text for message in wanted if not known[message].translated()]
    left = [message.text for message in known.keys() - wanted.keys()]
    return entered, sorted(left)


def _entry(message: Message) -> polib.POEntry:
    flags = ["python-format"] if _PYTHON_FORMAT.search(message.text) else []
    if message.plural:
        return polib.POEntry(msgid=message.text, msgid_plural=message.plural, msgstr_plural={0: "", 1: ""}, flags=flags)
    return polib.POEntry(msgid=message.text, msgstr="", flags=flags)
