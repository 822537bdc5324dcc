"""Letters of the remedies as PDF, drawn up in the background, each kept where only its reader finds it.

A letter is built from its subject alone: what a challenger is sent comes from the challenge, what a rival is sent from
its own copy, what a respondent is sent from its own row. No letter ever holds a secret somebody confided.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, actor_for
from procurement.access.models import User
from procurement.documents import Progress, render_pdf, start_job, store_generated
from procurement.documents.models import Document, Job
from projects.models import Challenge, Complaint, ReplyCopy, Respondent

#: Kind of letter → its title.
TITLES = {
    "challenge_correction": _("质疑补正通知书"),
    "challenge_refusal": _("质疑不予受理告知书"),
    "challenge_acceptance": _("质疑受理通知书"),
    "challenge_reply": _("质疑答复函"),
    "challenge_copy": _("质疑答复函（抄送）"),
    "complaint_correction": _("投诉补正通知书"),
    "complaint_refusal": _("投诉不予受理（移送）告知书"),
    "complaint_acceptance": _("投诉受理通知书"),
    "complaint_copy": _("投诉答复通知书（附投诉副本）"),
    "complaint_suspension": _("暂停采购活动通知书"),
    "complaint_resumption": _("恢复采购活动通知书"),
    "complaint_decision": _("投诉处理决定书"),
    "complaint_termination": _("投诉处理终止告知书"),
}
JOB = "remedy_letter"
Addressed = Challenge | Complaint | ReplyCopy | Respondent


def write_letter(*, actor: Actor, kind: str, about: Addressed, reason: str = "", is_public: bool = False) -> None:
    """Ask for a letter in the transaction of the act it tells about."""
    case = _root(about).case
    start_job(
        kind=JOB,
        actor=actor,
        case_id=case.pk if case else None,
        params={
            "letter": kind,
            "subject": f"{about._meta.label_lower}:{about.pk}",
            "reason": reason,
            "public": is_public,
            "sender": str(sender_of(kind, about)),
        },
    )


def make_letter(job: Job, progress: Progress) -> Document:
    """Handler of the job kind ``remedy_letter``."""
    template, context = letter_of(job)
    root = context["root"]
    return store_generated(
        actor=actor_for(User.objects.get(pk=job.requested_by_id)),
        content=render_pdf(template, context, progress=progress),
        filename=f"{root.number}-{context['kind']}.pdf",
        subject=job.params["subject"],
        kind=context["kind"],
        title=context["title"],
        case_id=root.case_id,
        is_public=bool(job.params["public"]),
    )


def letter_of(job: Job) -> tuple[str, dict[str, Any]]:
    """The template of a letter and all it may read."""
    label, _sep, key = job.params["subject"].partition(":")
    about = apps.get_model(label)._base_manager.get(pk=UUID(key))
    kind, root = job.params["letter"], _root(about)
    return f"documents/{_template(kind)}.html", {
        "kind": kind,
        "about": about,
        "root": root,
        "procedure": root.procedure,
        "title": str(TITLES[kind]),
        "issuer": job.params["sender"],
        "closing_issuer": job.params["sender"],
        "reference": root.number,
        "reason": job.params["reason"],
        "issued_at": job.requested_at,
    }


def sender_of(kind: str, about: Addressed) -> str:
    """Challenges are answered by the purchaser; complaints by the finance authority."""
    procedure = _root(about).procedure
    return procedure.purchaser.name if kind.startswith("challenge") else procedure.finance.name


def _root(about: Addressed) -> Challenge | Complaint:
    if isinstance(about, ReplyCopy):
        return about.challenge
    return about.complaint if isinstance(about, Respondent) else about


def _template(kind: str) -> str:
    if kind in ("challenge_reply", "challenge_copy", "complaint_copy", "complaint_decision"):
        return kind
    return "remedy_notice"
