"""The lifecycles of this app; importing the package registers them with the engine."""

from projects.lifecycle.application import APPLICATION
from projects.lifecycle.guide import GUIDE

__all__ = ["APPLICATION", "GUIDE"]
