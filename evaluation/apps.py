from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = _("评审与评价")

    def ready(self) -> None:
        import_module("evaluation.lifecycle")
        for aggregate in ("rubrics", "panels", "procedures", "assignment", "bench", "assessments"):
            import_module(f"evaluation.offers.{aggregate}").register()
