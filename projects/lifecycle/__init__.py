"""The lifecycles of this app; importing the package registers them with the engine."""

from projects.lifecycle.application import APPLICATION
from projects.lifecycle.contract import CONTRACT
from projects.lifecycle.guide import GUIDE
from projects.lifecycle.payment import PAYMENT
from projects.lifecycle.publicity import OBJECTION, PUBLICITY

__all__ = ["APPLICATION", "CONTRACT", "GUIDE", "OBJECTION", "PAYMENT", "PUBLICITY"]
