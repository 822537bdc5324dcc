"""单一来源: why only this supplier, shown to all for five working days, and what was said against it (R-097, R-098)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.privacy.fields import EncryptedCharField
from procurement.rules import enforced_by_constraint
from projects.models.procedure import Procedure


class SourceArgument(models.Model):
    """The argument for a single source, its publicity, and the supplementary argument an objection calls for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.OneToOneField(Procedure, on_delete=models.PROTECT, related_name="source_argument")
    argument = models.TextField(_("只能从唯一供应商处采购的论证"))
    expert_opinions = models.TextField(_("专业人员论证意见（姓名、单位、职称、意见）"))
    starts_on = models.DateField(_("公示开始"), null=True, blank=True, editable=False)
    #: The last day on which an objection is in time.
    ends_on = models.DateField(_("公示截止"), null=True, blank=True, editable=False)
    supplement_due_on = models.DateField(_("补充论证期限"), null=True, blank=True, editable=False)
    supplement = models.TextField(_("补充论证意见"), blank=True)
    supplemented_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("单一来源论证")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="source_publicity_has_a_period",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="source_argument_stands_as_shown",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.starts_on IS NOT NULL AND (NEW.procedure_id, NEW.argument, NEW.expert_opinions, NEW.starts_on, NEW.ends_on)"
                    " IS DISTINCT FROM (OLD.procedure_id, OLD.argument, OLD.expert_opinions, OLD.starts_on, OLD.ends_on)"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.procedure.number}"


class SourceObjection(models.Model):
    """What anybody said against a single source while it was shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="source_objections")
    text = models.TextField(_("异议内容"), max_length=4000)
    objector_name = models.CharField(_("姓名或单位"), max_length=80)
    objector_contact = EncryptedCharField(_("联系方式"), max_length=120)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    filed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("单一来源公示异议")
        ordering = ["filed_at", "id"]
        triggers = [pgtrigger.Protect(name="source_objection_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text[:40]


enforced_by_constraint("R-097", "source_publicity_has_a_period", _("单一来源公示须有期限"))
