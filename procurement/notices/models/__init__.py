"""Outbox, inbox and the tables the clock reads."""

from procurement.notices.models.inbox import Message
from procurement.notices.models.outbox import LEASE, Channel, Delivery, Outbox
from procurement.notices.models.schedule import Reminder, SweepRun

__all__ = ["LEASE", "Channel", "Delivery", "Message", "Outbox", "Reminder", "SweepRun"]
