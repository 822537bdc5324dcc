from procurement.statistics.models.figures import PublishedFigure, Source

__all__ = ["PublishedFigure", "Source"]
