"""A great many projects at once, consistent enough for lists, timelines and the checks of invariants."""

from procurement.bench.scale.growing import Growth, ScaleRefused, analyse, grow

__all__ = ["Growth", "ScaleRefused", "analyse", "grow"]
