"""The portal plus pages only tests need: a draft that saves itself, forms that fail."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.utils import timezone
from django_cotton.compiler_regex import CottonCompiler

from procurement.ui import autosave


class DraftForm(forms.Form):
    title = forms.CharField(label="项目名称")
    summary = forms.CharField(label="项目概述", widget=forms.Textarea, max_length=500)


class Draft:
    """One draft as an app would keep it: values, a version, who changed it last."""

    values: ClassVar[dict[str, str]] = {}
    version: ClassVar[int] = 1
    theirs: ClassVar[dict[str, str]] = {}
    mode: ClassVar[str] = "open"
    saves: ClassVar[int] = 0
    submits: ClassVar[int] = 0
    closes_at: ClassVar[datetime | None] = None

    @classmethod
    def reset(cls) -> None:
        cls.values, cls.version, cls.theirs = {"title": "社区照护", "summary": ""}, 1, {}
        cls.mode, cls.saves, cls.submits, cls.closes_at = "open", 0, 0, None


PAGE = """{% extends "base.html" %}{% block title %}草稿{% endblock %}
{% block content %}<h1>草稿</h1>
<c-form submit="提交" autosave_url="/test/save/" :version="version" :closes_at="closes_at">
{{ form }}</c-form>{% endblock %}"""


def page_template(source: str) -> Any:
    """A template from text; only the loader of files compiles components by itself."""
    return engines["django"].from_string(CottonCompiler().process(source))


def draft(request: HttpRequest) -> HttpResponse:
    form = DraftForm(request.POST or None, initial=Draft.values)
    if request.method == "POST" and form.is_valid():
        Draft.submits += 1
        return HttpResponse("ok")
    context: dict[str, Any] = {"form": form, "version": Draft.version, "closes_at": Draft.closes_at}
    return HttpResponse(page_template(PAGE).render(context, request))


def save(request: HttpRequest) -> HttpResponse:
    if Draft.mode == "submitted":
        return autosave.refused("申报书已提交，不能再改。")
    sent = {name: request.POST[name] for name in ("title", "summary")}
    if int(request.POST["version"]) < Draft.version and Draft.theirs:
        fields = [
            autosave.FieldConflict(name, DraftForm.base_fields[name].label, sent[name], value)
            for name, value in Draft.theirs.items()
            if sent[name] != value
        ]
        return autosave.conflict(version=Draft.version, at=timezone.now(), editor="李华", fields=fields)
    Draft.values, Draft.version, Draft.saves = sent, Draft.version + 1, Draft.saves + 1
    return autosave.saved(version=Draft.version, at=timezone.now())


urlpatterns = [
    path("test/draft/", draft),
    path("test/save/", save),
    path("", include("procurement.urls")),
]

handler400 = "procurement.ui.views.bad_request"
handler403 = "procurement.ui.views.forbidden"
handler404 = "procurement.ui.views.not_found"
handler500 = "procurement.ui.views.server_error"
