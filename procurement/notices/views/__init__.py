"""Pages of the inbox."""

from procurement.notices.views.inbox import inbox, message, open_message, read_all
from procurement.notices.views.undelivered import retry, undelivered

__all__ = ["inbox", "message", "open_message", "read_all", "retry", "undelivered"]
