"""Keys of the lots, those who hold them, and the opening (R-117, reliability §4.1, Appendix A).

The private half of a lot's key is nowhere in here: three custodians of three bodies hold a share each.
"""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.rules import enforced_by_constraint
from projects.models.procedure import Lot, Procedure, SealMode


class CustodianBody(models.TextChoices):
    """The three bodies that keep a share each, so that no house can open alone."""

    PURCHASER = "purchaser", _("采购人")
    SUPERVISION = "supervision", _("财政监督部门")
    THIRD = "third", _("采购代理机构或见证单位")


class KeyCustodianQuerySet(ScopedQuerySet["KeyCustodian"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(procedure__in=Procedure.objects.visible_to(actor))


class KeyCustodian(models.Model):
    """A named person who keeps one of the three shares; who they are is no secret."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="custodians")
    #: Which share is theirs, 1 to 3.
    number = models.PositiveSmallIntegerField(_("份号"))
    body = models.CharField(_("单位性质"), max_length=12, choices=CustodianBody.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("保管人")
    )
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("单位")
    )
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    #: When they showed, under their own account, that they hold their share and know its passphrase.
    confirmed_at = models.DateTimeField(_("核对时间"), null=True, blank=True)

    objects = KeyCustodianQuerySet.as_manager()

    class Meta:
        verbose_name = _("密钥保管人")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="custodian_number_once"),
            models.UniqueConstraint(fields=["procedure", "body"], name="custodian_body_once"),
            models.UniqueConstraint(
                fields=["procedure", "organization"],
                name="custodians_of_different_bodies",
                violation_error_message=_("三名保管人须分属不同单位。"),
            ),
            models.UniqueConstraint(fields=["procedure", "person"], name="custodian_person_once"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="custodian_is_kept", exclude=["confirmed_at"]),
            pgtrigger.Trigger(
                name="custodian_stays_with_the_key",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM projects_lotkey k JOIN projects_lot l ON l.id = k.lot_id"
                    " WHERE l.procedure_id = OLD.procedure_id) THEN"
                    " RAISE EXCEPTION 'a custodian stays as long as the key' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'custodian_stays_with_the_key'; END IF; RETURN OLD;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organization}"


class LotKeyQuerySet(ScopedQuerySet["LotKey"]):
    def visible_to(self, actor: Actor) -> Self:
        """Public keys and fingerprints are for everybody who sees the procedure."""
        return self.filter(lot__procedure__in=Procedure.objects.visible_to(actor))


class LotKey(models.Model):
    """The public key bids for a lot are sealed to, and what proves how it was made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="key")
    mode = models.CharField(_("密封方式"), max_length=10, choices=SealMode.choices)
    suite = models.CharField(_("算法套件"), max_length=40)
    #: 32 bytes.
    public_key = models.BinaryField(_("公钥"))
    #: {share number: SHA-256} by which an entered share is known as this key's.
    share_fingerprints = models.JSONField(default=dict)
    #: What happened at the ceremony, canonical JSON; its hash is printed and journaled.
    transcript = models.JSONField(default=dict)
    transcript_sha256 = models.CharField(_("生成记录 SHA-256"), max_length=64)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("指定保管人")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("主持生成")
    )
    made_at = models.DateTimeField(_("生成时间"))

    objects = LotKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("投标密钥")
        constraints = [
            models.CheckConstraint(
                condition=Q(mode="platform")
                | Q(prepared_by__isnull=False, made_by__isnull=False) & ~Q(prepared_by=F("made_by")),
                name="lot_key_made_by_two",
                violation_error_message=_("密钥由两人生成：指定保管人与主持生成不得为同一人。"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="lot_key_is_kept", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="lot_key_stays_once_announced",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM projects_procedure p JOIN projects_lot l ON l.procedure_id = p.id"
                    " WHERE l.id = OLD.lot_id AND p.announced_at IS NOT NULL) THEN"
                    " RAISE EXCEPTION 'bids may be sealed to this key' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'lot_key_stays_once_announced'; END IF; RETURN OLD;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot} · {self.fingerprint[:16]}"

    @property
    def fingerprint(self) -> str:
        """The public key in hexadecimal; short enough to be read aloud in part."""
        return bytes(self.public_key).hex()


class Attendance(models.Model):
    """Somebody says, under their own account, that they are present at the opening."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organization_name = models.CharField(_("单位"), max_length=200)
    at = models.DateTimeField(_("签到时间"))

    class Meta:
        verbose_name = _("开启见证签到")
        ordering = ["-at"]
        triggers = [pgtrigger.Protect(name="attendance_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.person} · {self.organization_name}"


class OpeningQuerySet(ScopedQuerySet["Opening"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(procedure__in=Procedure.objects.visible_to(actor))


class Opening(models.Model):
    """The set of sealed bids as it was at the deadline, and later who opened it.

    ``root`` is published at the deadline, before any key is there. It is the Merkle root of ``blind`` and the hashes
    of all receipts: the blind keeps the root from telling how many there are until the opening reveals both.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.OneToOneField(Procedure, on_delete=models.PROTECT, related_name="opening")
    root = models.CharField(_("密封集合根"), max_length=64)
    blind = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(_("集合固定时间"))
    opened_at = models.DateTimeField(_("开启时间"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("主持开启")
    )
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("见证人")
    )
    #: Numbers of the shares that were entered; empty with the platform's key.
    shares_used = models.JSONField(default=list)
    #: [{submission, lot, organization, name, version, action, received_at, leaf, outcome}] of the whole set.
    leaves = models.JSONField(default=list)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("开启记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True)
                | Q(opened_by__isnull=False, witness__isnull=False) & ~Q(opened_by=F("witness")),
                name="opening_by_two_persons",
                violation_error_message=_("开启须有两人在场。"),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="opening_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="opening_is_as_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.opened_at IS NOT NULL OR (NEW.root, NEW.blind, NEW.frozen_at, NEW.procedure_id)"
                    " IS DISTINCT FROM (OLD.root, OLD.blind, OLD.frozen_at, OLD.procedure_id) THEN"
                    " RAISE EXCEPTION 'what was published of the set stays' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'opening_is_as_frozen'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} · {self.root[:16]}"

    @property
    def subject(self) -> str:
        return f"projects.opening:{self.pk}"


enforced_by_constraint("R-117", "custodians_of_different_bodies", _("三名密钥保管人须分属不同单位"))
enforced_by_constraint("R-117", "lot_key_made_by_two", _("密钥须由两人生成"))
enforced_by_constraint("R-117", "lot_key_stays_once_announced", _("公告发布后投标密钥不得更换"), in_sql=True)
enforced_by_constraint("R-117", "custodian_stays_with_the_key", _("密钥生成后保管人不得更换"), in_sql=True)
enforced_by_constraint("R-117", "opening_by_two_persons", _("开启须有两人在场"))
enforced_by_constraint("R-117", "opening_is_as_frozen", _("截止时公布的密封集合不得更改"), in_sql=True)
