"""What the journal can be searched by."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.audit.labels import action_labels
from procurement.audit.models.journal import AuditEventQuerySet


class JournalFilter(forms.Form):
    """Bound to the query string; a field that cannot be read is shown as wrong and not used."""

    case = forms.UUIDField(
        label=_("项目编号"), required=False, error_messages={"invalid": _("请粘贴完整的项目编号（36 位）。")}
    )
    action = forms.ChoiceField(label=_("操作"), required=False)
    actor = forms.CharField(label=_("操作人"), required=False, max_length=200)
    subject = forms.CharField(label=_("对象"), required=False, max_length=200)
    since = forms.DateField(label=_("起始日期"), required=False)
    until = forms.DateField(label=_("截止日期"), required=False)
    ok = forms.ChoiceField(
        label=_("结果"), required=False, choices=[("", _("全部")), ("1", _("成功")), ("0", _("未成功"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.data.get("action", "")
        labels = action_labels()
        labels.setdefault(chosen, chosen)
        choices = [("", _("全部")), *((code, label) for code, label in labels.items() if code)]
        self.fields["action"] = forms.ChoiceField(label=_("操作"), required=False, choices=choices)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it starts."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("截止日期不能早于起始日期。"))
        return cleaned

    def apply(self, journal: AuditEventQuerySet) -> AuditEventQuerySet:
        """Narrow the journal down by every field that could be read."""
        self.full_clean()
        asked = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if "case" in asked:
            journal = journal.for_case(asked["case"])
        if "action" in asked:
            journal = journal.of_action(asked["action"])
        if "actor" in asked:
            journal = journal.filter(_whose(asked["actor"]))
        if "subject" in asked:
            journal = journal.filter(subject__icontains=asked["subject"].strip())
        if "ok" in asked:
            journal = journal.filter(ok=asked["ok"] == "1")
        return journal.between(_start(asked.get("since")), _start(asked.get("until"), days=1))


def _whose(text: str) -> Q:
    try:
        return Q(actor_id=UUID(text.strip()))
    except ValueError:
        return Q(actor_label__icontains=text.strip())


def _start(day: Any, *, days: int = 0) -> datetime | None:
    if not day:
        return None
    midnight = datetime.combine(day + timedelta(days=days), datetime.min.time())
    return timezone.make_aware(midnight)
