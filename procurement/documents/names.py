"""File names as they may be shown and handed back: one line, one name, no trick in it."""

import re
import unicodedata

LENGTH = 120
RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9]|clock\$)(\.|$)", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*]')


def normalise_name(raw: str) -> str:
    """The last path part, without control, bidirectional and zero-width characters, at most 120 long.

    `unicodedata` categories Cc, Cf, Cs, Co, Cn hold NUL, the right-to-left override and the like; a name
    that a file system or a reader would take for something else gets an underscore.
    """
    text = unicodedata.normalize("NFC", raw)
    text = "".join(one for one in text if unicodedata.category(one)[0] != "C")
    text = re.split(r"[/\\]", text)[-1]
    text = FORBIDDEN.sub("_", text).lstrip().rstrip(" .")
    stem, dot, extension = text.rpartition(".")
    if not dot:
        stem, extension = text, ""
    if RESERVED.match(text) or stem.startswith(".") or not stem:
        stem = f"_{stem}"
    keep = LENGTH - len(extension) - 1
    return f"{stem[:keep]}.{extension}" if extension else stem[:LENGTH]


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
