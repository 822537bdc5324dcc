"""The public statistics page and its files."""

from procurement.statistics.views.pages import derived_file, figures_file, statistics

__all__ = ["derived_file", "figures_file", "statistics"]
