"""What tests of projects share."""

from tests.stage import stage

__all__ = ["stage"]
