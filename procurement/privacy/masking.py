"""Hiding the middle of what need not be read in full."""

HIDDEN = "*"


def masked(value: object, kind: str = "") -> str:
    """Phones as 138****5678; "account" keeps the last four digits, "name" the first character; "" stays empty."""
    text = str(value or "")
    if not text:
        return ""
    if kind == "name":
        return text[0] + HIDDEN * max(len(text) - 1, 1)
    if kind == "account":
        return HIDDEN * 4 + text[-4:] if len(text) > 4 else HIDDEN * 4
    if len(text) < 8:
        return text[0] + HIDDEN * 4
    return text[:3] + HIDDEN * 4 + text[-4:]
