"""Stories start from the demo people and play whole procedures."""

from tests.stage import stage

__all__ = ["stage"]
