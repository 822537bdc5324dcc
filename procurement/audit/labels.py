"""Words for what the journal records; every app registers its own actions from `apps.py`."""

from collections.abc import Mapping

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_labels: dict[str, str | Promise] = {
    "audit.verify": gettext_lazy("校验审计链"),
    "audit.erase": gettext_lazy("删除个人信息盐值"),
}


def register_action_labels(labels: Mapping[str, str | Promise]) -> None:
    """Give actions their Chinese names: {"application.submit": _("提交申报书")}."""
    _labels.update(labels)


def action_labels() -> dict[str, str]:
    """Return every registered action with its name."""
    return {code: str(label) for code, label in sorted(_labels.items())}


def action_label(action: str) -> str:
    """Return the name of an action; an unregistered one shows its code."""
    return str(_labels.get(action, action))


def subject_label(subject: str) -> str:
    """Name the object of an entry by its model: `projects.application:<uuid>` is 申报书 1a2b3c4d."""
    model_path, _colon, identifier = subject.partition(":")
    try:
        name = apps.get_model(model_path)._meta.verbose_name
    except (LookupError, ValueError):
        return subject
    return _("%(name)s %(identifier)s") % {"name": name, "identifier": identifier[:8]}
