"""代理申报: a union applies and signs, a group that is not registered carries out (R-070 to R-072)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.rules import enforced_by_constraint
from projects.models.application import Application


class ProxyApplication(models.Model):
    """For whom the applicant acts, and under which letter. Named when the application is begun, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="proxy")
    union = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("代理单位（联合会）")
    )
    executor = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="executed_projects", verbose_name=_("执行方")
    )
    letter = models.ForeignKey(
        "orgs.AuthorizationLetter", on_delete=models.PROTECT, related_name="+", verbose_name=_("授权委托书")
    )

    class Meta:
        verbose_name = _("代理申报")
        verbose_name_plural = _("代理申报")
        constraints = [
            models.CheckConstraint(condition=~Q(union=F("executor")), name="proxy_between_two_bodies"),
        ]
        triggers = [
            pgtrigger.Protect(name="proxy_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="proxy_fits_letter",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM orgs_authorizationletter l JOIN projects_application a"
                    " ON a.id = NEW.application_id WHERE l.id = NEW.letter_id AND l.union_id = NEW.union_id"
                    " AND l.executor_id = NEW.executor_id AND a.applicant_id = NEW.union_id"
                    " AND l.status = 'in_force') THEN"
                    " RAISE EXCEPTION 'the letter is not between these bodies, or not in force'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'proxy_fits_letter'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(union)s代%(executor)s") % {"union": self.union, "executor": self.executor})


enforced_by_constraint("R-072", "proxy_fits_letter", _("代理申报须与已签署的授权委托书的双方一致"))
enforced_by_constraint("R-072", "proxy_is_kept", _("代理申报的执行方和委托书不得更换"))
