"""The lifecycles of this app; importing the package registers them with the engine."""

from evaluation.lifecycle.assessment import ASSESSMENT
from evaluation.lifecycle.assignment import ASSIGNMENT
from evaluation.lifecycle.panel import PANEL
from evaluation.lifecycle.rubric import RUBRIC
from evaluation.lifecycle.seat import SEAT
from evaluation.lifecycle.sheet import SHEET
from evaluation.lifecycle.survey import SURVEY

__all__ = ["ASSESSMENT", "ASSIGNMENT", "PANEL", "RUBRIC", "SEAT", "SHEET", "SURVEY"]
