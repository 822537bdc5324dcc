"""The lifecycles of this app; importing the package registers them with the engine."""

from catalogs.lifecycle.envelope import ADJUSTMENT, ENVELOPE

__all__ = ["ADJUSTMENT", "ENVELOPE"]
