"""公示: a list shown for a counted period, and the objections raised against it (R-174, R-175)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel


class PublicityQuerySet(ScopedQuerySet["Publicity"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published notices are public; a draft is its office's."""
        if actor.sees_everything:
            return self
        return self.filter(~Q(status="draft") | Q(guide__office__in=actor.organization_ids(Role.LGO, Role.LG)))

    def published(self) -> Self:
        return self.exclude(status="draft")

    def expired(self, on: date) -> Self:
        """Running notices whose last day has passed."""
        return self.filter(status="published", ends_on__lt=on)


class Publicity(LifecycleModel):
    """One notice of a proposed list. ``ends_on`` is the last day on which an objection is in time."""

    number = models.CharField(_("公示编号"), max_length=40, unique=True)
    guide = models.ForeignKey("projects.Guide", on_delete=models.PROTECT, related_name="publicities")
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("说明"), blank=True)
    contact = models.CharField(_("异议受理方式"), max_length=200, blank=True)
    starts_on = models.DateField(_("公示开始"), null=True, blank=True)
    ends_on = models.DateField(_("公示截止"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PublicityQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("公示")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="publicity_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publicity", args=[self.pk])


class PublicityItem(models.Model):
    """One line of the list, as it read on the day of publication."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    publicity = models.ForeignKey(Publicity, on_delete=models.PROTECT, related_name="items")
    application = models.ForeignKey("projects.Application", on_delete=models.PROTECT, related_name="publicity_items")
    position = models.PositiveSmallIntegerField()
    snapshot = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["publicity", "application"], name="publicity_item_once")]
        triggers = [pgtrigger.Protect(name="publicity_item_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.snapshot.get("title", ""))


class ObjectionQuerySet(ScopedQuerySet["Objection"]):
    def visible_to(self, actor: Actor) -> Self:
        """The office that rechecks, oversight, and the person who filed it."""
        if actor.sees_everything:
            return self
        office = Q(application__guide__office__in=actor.organization_ids(Role.LGO, Role.LG))
        return self.filter(office | (Q(filed_by=actor.id) if actor.id else Q(pk__in=[])))

    def open(self) -> Self:
        return self.filter(status="filed")


class Objection(LifecycleModel):
    """异议, named or not. The code is how an unnamed objector follows the answer."""

    code = models.CharField(_("查询码"), max_length=16, unique=True)
    publicity = models.ForeignKey(Publicity, on_delete=models.PROTECT, related_name="objections")
    application = models.ForeignKey("projects.Application", on_delete=models.PROTECT, related_name="objections")
    text = models.TextField(_("异议内容"))
    objector_name = models.CharField(_("姓名或单位"), max_length=80, blank=True)
    objector_contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    filed_at = models.DateTimeField()
    due_on = models.DateField(_("复核期限"))
    answer = models.TextField(_("复核结论"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("公示异议")
        ordering = ["filed_at"]

    def __str__(self) -> str:
        return str(_("异议 %(code)s") % {"code": self.code})

    def get_absolute_url(self) -> str:
        return reverse("objection", args=[self.pk])
