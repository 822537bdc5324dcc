"""公告公示: one notice on an official form, with its counted period; the text stays as it was published."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.notice_forms import Field, NoticeForm, Part, notice_form, notice_kinds

#: What everybody may read; a revoked notice stays readable and says so.
PUBLIC_NOTICE_STATES = ("published", "expired", "superseded", "revoked")


class OfficialNoticeQuerySet(ScopedQuerySet["OfficialNotice"]):
    def visible_to(self, actor: Actor) -> Self:
        """Public once published; a draft is its issuer's and its agent's."""
        if actor.sees_everything:
            return self
        issuers = actor.organization_ids(Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN)
        agents = actor.organization_ids(Role.AGT)
        return self.filter(
            Q(published_at__isnull=False) | Q(issuer__in=issuers) | Q(procedure__agent__in=agents)
        ).distinct()

    def public(self) -> Self:
        return self.filter(published_at__isnull=False)

    def of(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def running_out(self, on: date) -> Self:
        """Published notices whose last day has passed."""
        return self.filter(status="published", ends_on__lt=on)


class OfficialNotice(LifecycleModel):
    """``fields`` holds the blanks of the form by name: text, or a list of rows (projects.notice_forms)."""

    number = models.CharField(_("公告编号"), max_length=40, unique=True)
    kind = models.CharField(_("公告类型"), max_length=32, choices=notice_kinds)
    title = models.CharField(_("标题"), max_length=240)
    issuer = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("发布单位")
    )
    procedure = models.ForeignKey(
        "projects.Procedure",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
        verbose_name=_("采购项目"),
    )
    contract = models.ForeignKey(
        "projects.Contract", null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    #: The notice this one corrects or takes the place of.
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("原公告")
    )
    fields = models.JSONField(_("内容"), default=dict)
    starts_on = models.DateField(_("公告开始"), null=True, blank=True, editable=False)
    #: The last day of the counted period; empty where the form runs for no counted time.
    ends_on = models.DateField(_("公告截止"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)

    objects = OfficialNoticeQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("公告")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=False, ends_on__gt=F("starts_on")),
                name="official_notice_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "id"], condition=Q(published_at__isnull=False), name="official_notice_newest"
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="official_notice_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="official_notice_is_as_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func=(
                    "IF (NEW.kind, NEW.title, NEW.issuer_id, NEW.procedure_id, NEW.corrects_id, NEW.fields,"
                    " NEW.starts_on, NEW.ends_on, NEW.published_at) IS DISTINCT FROM"
                    " (OLD.kind, OLD.title, OLD.issuer_id, OLD.procedure_id, OLD.corrects_id, OLD.fields,"
                    " OLD.starts_on, OLD.ends_on, OLD.published_at) THEN"
                    " RAISE EXCEPTION 'a published notice is corrected by another' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'official_notice_is_as_published'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("official-notice", args=[self.pk])

    @property
    def form(self) -> NoticeForm:
        return notice_form(self.kind)

    def filled_parts(self) -> list[tuple[Part, list[tuple[Field, Any]]]]:
        """The form's parts with each blank and what stands in it; optional blanks left empty are not printed."""
        rows = [
            (part, [(field, field.printed(self.fields.get(field.name))) for field in part.fields if self._shows(field)])
            for part in self.form.parts
        ]
        return [(part, fields) for part, fields in rows if fields]

    def _shows(self, field: Field) -> bool:
        return field.required or bool(self.fields.get(field.name))

    @property
    def revocation_reason(self) -> str:
        """Why it was taken back or replaced; empty while it stands."""
        if self.status not in ("revoked", "superseded"):
            return ""
        last = self.history.last()
        return last.reason if last else ""


enforced_by_constraint(
    "R-178", "official_notice_is_as_published", _("已发布的公告不得改写，请发布更正公告"), in_sql=True
)
