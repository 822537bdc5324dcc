"""Compile message catalogues without gettext's tools, so that a fresh machine needs none.

`python -m procurement.embedded.translations`; compiled files are not kept in version control.
"""

from pathlib import Path

import polib

LOCALES = Path(__file__).resolve().parents[2] / "locale"


def compile_translations(locales: Path = LOCALES) -> int:
    """Write every .mo older than its .po; returns how many were written."""
    written = 0
    for source in sorted(locales.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_suffix(".draft")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)
        written += 1
    return written


if __name__ == "__main__":
    compile_translations()
