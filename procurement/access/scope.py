"""Which rows may this person see: every read of a domain object starts here."""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

from procurement.access.actor import Actor

Row = TypeVar("Row", bound=models.Model)


class ScopedQuerySet(models.QuerySet[Row], Generic[Row]):
    """A queryset that knows whose rows are whose. Subclasses say it in ``visible_to``."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows the actor may read. Nothing by default: a model must say who sees it."""
        raise TypeError(f"{self.model.__name__} does not say who may see it")


def get_visible_or_404(queryset: ScopedQuerySet[Row], actor: Actor, **lookup: Any) -> Row:
    """One row the actor may see; a foreign row and an absent one give the same 404."""
    row = queryset.visible_to(actor).filter(**lookup).first()
    if row is None:
        raise Http404(_("没有找到您要的内容，或者您无权查看。"))
    return row
