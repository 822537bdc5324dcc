"""One item of an edition: what it is, which rules speak for it, which procurement codes it answers to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.guidance import CodesForm, ItemForm, SearchForm
from catalogs.models import CatalogueItem, GuidanceCatalogue, GuideCategoryPreset, ProcurementCode, Standing
from catalogs.selectors import guidance as selectors
from catalogs.services import guidance, proposals
from procurement.access import get_visible_or_404
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page

#: How many codes a search offers at once; a finer word finds the rest.
OFFERED = 30


class ItemView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        item = _item(request, pk)
        catalogue = item.catalogue
        may_compile = guidance.may_compile(request.actor, catalogue)
        context = {
            "item": item,
            "catalogue": catalogue,
            "in_force": catalogue.is_in_force_on(timezone.localdate()) and catalogue.standing == Standing.OFFICIAL,
            "above": _ancestors(item),
            "children": item.children.in_code_order(),
            "rules": selectors.rules_of(item),
            "mapped": item.procurement_codes.select_related("code"),
            "categories": _categories(item),
            "can_edit": may_compile and catalogue.is_open,
            "can_map": may_compile,
            "can_propose": proposals.may_propose(request.actor),
        }
        return render(request, "catalogs/catalogue_item.html", context)


def _ancestors(item: CatalogueItem) -> list[CatalogueItem]:
    above = []
    while item.parent is not None:
        item = item.parent
        above.insert(0, item)
    return above


def _categories(item: CatalogueItem) -> Any:
    """The yearly guide's categories of an area. They stay where guides take them from and are not repeated as items."""
    if item.catalogue.standing != Standing.EXAMPLE:
        return GuideCategoryPreset.objects.none()
    return GuideCategoryPreset.objects.filter(area_code=item.code, area_name=item.name)


class ItemCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        catalogue = self._draft(pk)
        return _item_page(
            request, ItemForm(instance=CatalogueItem(catalogue=catalogue), initial=self._initial(catalogue))
        )

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        form = ItemForm(request.POST, instance=CatalogueItem(catalogue=self._draft(pk)))
        return _save(request, form, _("条目已加入。"))

    def _draft(self, pk: UUID) -> GuidanceCatalogue:
        catalogue = get_visible_or_404(GuidanceCatalogue.objects.all(), self.request.actor, pk=pk)
        return _open_to(self.request, catalogue)

    def _initial(self, catalogue: GuidanceCatalogue) -> dict[str, Any]:
        parent = catalogue.items.filter(code=self.request.GET.get("parent", "")).first()
        if parent is None:
            return {}
        return {"parent": parent, "code": parent.code, "is_public_service": parent.is_public_service}


class ItemEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return _item_page(request, ItemForm(instance=self._item(pk)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return _save(request, ItemForm(request.POST, instance=self._item(pk)), _("条目已保存。"))

    def _item(self, pk: UUID) -> CatalogueItem:
        item = _item(self.request, pk)
        _open_to(self.request, item.catalogue)
        return item


class ItemRemoveView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        item = _item(request, pk)
        _open_to(request, item.catalogue)
        return render(request, "catalogs/catalogue_item_remove.html", {"item": item, "below": item.children.count()})

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        item = _item(request, pk)
        catalogue = _open_to(request, item.catalogue)
        try:
            guidance.remove_item(actor=request.actor, item=item)
        except RuleViolation as violation:
            messages.error(request, str(violation))
        else:
            messages.success(request, _("条目已删除。"))
        return redirect(catalogue)


class ItemCodesView(LoginRequiredMixin, View):
    """Tick codes of the national procurement catalogue: those mapped now and those a search finds."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        item = self._item(pk)
        search = SearchForm(request.GET if "words" in request.GET else {"words": item.name[:4]})
        words = search.cleaned_data["words"] if search.is_valid() else ""
        mapped = item.procurement_codes.values_list("code_id", flat=True)
        found = ProcurementCode.objects.matching(words).values_list("pk", flat=True)[:OFFERED] if words.strip() else []
        offered = ProcurementCode.objects.filter(Q(pk__in=list(mapped)) | Q(pk__in=list(found)))
        context = {"item": item, "search": search, "words": words, "offered": offered, "mapped": set(mapped)}
        return render(request, "catalogs/catalogue_item_codes.html", context)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        item = self._item(pk)
        form = CodesForm(request.POST, offered=ProcurementCode.objects.all())
        if not form.is_valid():
            messages.error(request, _("选择的品目不存在，请重新选择。"))
            return redirect("catalogue-item-codes", pk=item.pk)
        guidance.map_codes(actor=request.actor, item=item, codes=list(form.cleaned_data["codes"]))
        messages.success(request, _("采购品目对应已保存。"))
        return redirect(item)

    def _item(self, pk: UUID) -> CatalogueItem:
        item = _item(self.request, pk)
        if not guidance.may_compile(self.request.actor, item.catalogue):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return item


class CodeListView(View):
    """The whole list of service codes, searchable; suspect names marked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.GET)
        words = form.cleaned_data["words"] if form.is_valid() else ""
        page = keyset_page(ProcurementCode.objects.matching(words), request, order=("code",), size=50)
        return render(request, "catalogs/procurement_codes.html", {"form": form, "page": page})


def _item(request: HttpRequest, pk: UUID) -> CatalogueItem:
    rows = CatalogueItem.objects.select_related("catalogue__region__parent__parent", "parent__parent__parent")
    return get_visible_or_404(rows, request.actor, pk=pk)


def _open_to(request: HttpRequest, catalogue: GuidanceCatalogue) -> GuidanceCatalogue:
    if not catalogue.is_open or not guidance.may_compile(request.actor, catalogue):
        raise Http404(_("没有找到您要的内容，或者您无权查看。"))
    return catalogue


def _save(request: HttpRequest, form: ItemForm, said: str) -> HttpResponse:
    if not form.is_valid():
        return _item_page(request, form, status=422)
    item = form.save(commit=False)
    try:
        guidance.save_item(actor=request.actor, item=item)
    except RuleViolation as violation:
        return _item_page(request, form, refusals=violation.refusals, status=409)
    messages.success(request, said)
    return redirect(item.catalogue)


def _item_page(request: HttpRequest, form: ItemForm, refusals: Any = (), status: int = 200) -> HttpResponse:
    context = {"form": form, "item": form.instance, "catalogue": form.instance.catalogue, "refusals": refusals}
    return render(request, "catalogs/catalogue_item_form.html", context, status=status)
