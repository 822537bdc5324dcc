"""Articles inside a plain text: where each begins, and the address of each (第23条 → #art-23, 五（三） → #art-5-3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_NUMERAL = r"[零一二三四五六七八九十百]+|\d+"
_ARTICLE = re.compile(rf"^第({_NUMERAL})条\s*[:：]?\s*")
_CHAPTER = re.compile(rf"^第(?:{_NUMERAL})[章节]")
_SECTION = re.compile(r"^([一二三四五六七八九十]+)、")
_ITEM = re.compile(r"^[（(]([一二三四五六七八九十]+)[）)]")
#: A heading glued to the end of the paragraph before it.
_GLUED = re.compile(rf"(?<=[。;；\s])(第(?:{_NUMERAL})[条章](?=[:：\s]|$))", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A paragraph; ``anchor`` where something can be cited, ``is_heading`` where it stands alone as one."""

    text: str
    anchor: str = ""
    is_heading: bool = False


def number_of(numeral: str) -> int:
    """二十三 → 23; 十 → 10; 一百零二 → 102; plain digits stay."""
    if numeral.isdigit():
        return int(numeral)
    total, digit = 0, 0
    for sign in numeral:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def blocks_of(text: str) -> list[Block]:
    """Paragraphs with their anchors, each anchor once. Where there are no articles, the sections 一、二、 are counted."""
    lines = [line.strip() for line in _GLUED.sub(r"\n\1", text).splitlines()]
    lines = [line for line in lines if line]
    by_article = sum(bool(_ARTICLE.match(line)) for line in lines) > 1
    return list(_anchored(lines, _ARTICLE if by_article else _SECTION))


def _anchored(lines: list[str], unit: re.Pattern[str]) -> Iterator[Block]:
    article, seen = 0, set()
    for line in lines:
        anchor = ""
        if found := unit.match(line):
            article = number_of(found[1])
            anchor = f"art-{article}"
        elif article and (item := _ITEM.match(line)):
            anchor = f"art-{article}-{number_of(item[1])}"
        anchor = "" if anchor in seen else anchor
        seen.add(anchor)
        is_heading = bool(_CHAPTER.match(line)) or (bool(found) and len(line) <= 20)
        yield Block(line, anchor, is_heading)


#: How citations point into a document: 第23条, 第七条第（二）项, 五（三）.
_CITED = re.compile(rf"第({_NUMERAL})条(?:第[（(]?([一二三四五六七八九十]+|\d+)[）)]?项)?")
_CITED_SECTION = re.compile(r"^([一二三四五六七八九十]+)(?:[（(]([一二三四五六七八九十]+)[）)])?")


def cited_anchor(rest: str) -> str:
    """The anchor behind what follows a document's name in a citation; empty when it names no article."""
    found = _CITED.search(rest) or _CITED_SECTION.match(rest)
    if not found:
        return ""
    parts = [found[1], *([found[2]] if found[2] else [])]
    return "art-" + "-".join(str(number_of(part)) for part in parts)
