"""The handbook as files: chapters that say from the code what the portal enforces (`manage.py write_handbook`).

Rooms above add their chapter with `register_chapter`; each chapter is a function returning Markdown.
"""

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from procurement.rules.glossary import Term, terms
from procurement.rules.marks import Mark, MarkKind, RuleState, marks, state_of
from procurement.rules.parameters import PARAMETERS
from procurement.rules.rulebook import Rule, registry

Chapter = Callable[[], str]

_chapters: dict[str, Chapter] = {}


def register_chapter(name: str, write: Chapter) -> None:
    """Add the chapter `docs/handbook/<name>.md`; registering a name again replaces it."""
    _chapters[name] = write


def write_chapters(handbook: Path, glossary: Path) -> list[Path]:
    """Write every chapter and the glossary; returns the files. Same code, same bytes: no dates inside."""
    handbook.mkdir(parents=True, exist_ok=True)
    files = {handbook / f"{name}.md": write() for name, write in _chapters.items()}
    files[glossary] = glossary_chapter()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def table(*rows: tuple[str, ...]) -> str:
    """A Markdown table whose first row is the heading."""
    head, *body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body]) + "\n"


def rules_chapter() -> str:
    counts = [(str(state.label), str(sum(state_of(rule_id) == state for rule_id in registry))) for state in RuleState]
    parts = ["# 规则\n", table(("实施状态", "条数"), *counts)]
    for section in registry.sections:
        rows = [_rule_row(rule) for rule in registry.values() if rule.section == section]
        parts += [f"## {section}\n", table(("编号", "规则", "依据", "适用", "效力", "实施状态", "程序位置"), *rows)]
    return "\n".join(parts)


def _rule_row(rule: Rule) -> tuple[str, ...]:
    regimes = "全部" if rule.for_every_regime else "、".join(str(regime.label) for regime in rule.regimes)
    state = str(state_of(rule.id).label)
    return (
        rule.id,
        f"**{rule.title}** {rule.text}",
        rule.citation,
        regimes,
        str(rule.effect.label),
        state,
        _places(rule),
    )


def _places(rule: Rule) -> str:
    return "<br>".join(f"{mark.kind.label} `{mark.where}`" for mark in shown_marks(rule.id))


def shown_marks(rule_id: str) -> list[Mark]:
    """A rule's marks in a steady order, transitions first."""
    return sorted(marks(rule_id), key=lambda mark: (list(MarkKind).index(mark.kind), mark.where))


def parameters_chapter() -> str:
    rows = [
        (f"`{row.code}`", str(row.label), row.show(row.default), row.rule_id, registry[row.rule_id].citation)
        for row in PARAMETERS.values()
    ]
    return "# 参数缺省值\n\n" + table(("代码", "参数", "缺省值", "规则", "依据"), *rows)


def glossary_chapter() -> str:
    parts = ["# 术语表\n"]
    for section, group in groupby(terms(), key=lambda term: term.section):
        parts += [f"## {section}\n", table(("术语", "标识", "OCDS", "含义"), *map(_term_row, group))]
    return "\n".join(parts)


def _term_row(term: Term) -> tuple[str, ...]:
    return term.term, f"`{term.identifier}`", f"`{term.ocds}`" if term.ocds else "", term.meaning


register_chapter("rules", rules_chapter)
register_chapter("parameters", parameters_chapter)
