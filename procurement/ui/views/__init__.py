"""Views of the frame: home, worklist, reading mode, errors, style guide."""

from procurement.ui.views.errors import bad_request, forbidden, not_found, server_error
from procurement.ui.views.pages import care_mode, home, worklist
from procurement.ui.views.style_guide import style_guide

__all__ = [
    "bad_request",
    "care_mode",
    "forbidden",
    "home",
    "not_found",
    "server_error",
    "style_guide",
    "worklist",
]
