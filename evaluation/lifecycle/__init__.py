"""The lifecycles of this app; importing the package registers them with the engine."""

from evaluation.lifecycle.rubric import RUBRIC

__all__ = ["RUBRIC"]
