"""The sections of an application as forms.

One path leads in: what a browser sends becomes raw units (``raw_from_post``), raw units are bound to forms
(``bind``), and the forms say what of them is valid (``check``). So a draft, a copied section, a demo script and
a posted page are all judged by the same code, and invalid text stays exactly as typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Organization, Qualification
from orgs.selectors.eligibility import why_unusable
from procurement.money import format_yuan
from projects.models import Application, BeneficiaryGroup, BudgetItem, CoFunding, GuideCategory, IndicatorKind
from projects.sections import SCHEME_FIELDS
from projects.selectors.applications import hubs_for
from projects.services.drafts import ROWS, Checked, Raw, line_amount

MAX_ROWS = 60
SPARE_ROWS = 2


class SectionForm(forms.Form):
    """A section's fields; required ones are asked for by name."""

    use_required_attribute = False

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            choosing = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.MultipleChoiceField)
            sentence = _("请选择%(label)s。") if choosing else _("请填写%(label)s。")
            if isinstance(field, forms.BooleanField):
                sentence = _("请确认“%(label)s”。")
            field.error_messages["required"] = sentence % {"label": field.label}


class BasicForm(SectionForm):
    category = forms.ModelChoiceField(
        label=gettext_lazy("申报类别"), queryset=GuideCategory.objects.none(), empty_label=gettext_lazy("请选择")
    )
    title = forms.CharField(
        label=gettext_lazy("项目名称"), max_length=120, help_text=gettext_lazy("写清服务内容和对象，不超过 120 字。")
    )
    summary = forms.CharField(
        label=gettext_lazy("项目简介"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("立项后对外公开，请勿写个人信息。"),
    )  # fmt: skip
    place = forms.CharField(
        label=gettext_lazy("实施地点"), max_length=200, help_text=gettext_lazy("写到街道（乡镇）、社区。")
    )
    starts_on = forms.DateField(label=gettext_lazy("开始日期"))
    ends_on = forms.DateField(label=gettext_lazy("结束日期"))
    beneficiary_groups = forms.MultipleChoiceField(
        label=gettext_lazy("服务人群"), choices=BeneficiaryGroup.choices, widget=forms.CheckboxSelectMultiple
    )
    beneficiary_count = forms.IntegerField(label=gettext_lazy("预计服务人数"), min_value=1, max_value=10_000_000)
    leader_name = forms.CharField(label=gettext_lazy("项目负责人"), max_length=40)
    leader_phone = forms.RegexField(
        label=gettext_lazy("负责人电话"),
        regex=r"^[0-9+\- ()（）转]{7,20}$",
        error_messages={"invalid": gettext_lazy("请填写有效的电话号码，如 010-12345678 或 13800000000。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["category"]
        chosen.queryset = GuideCategory.objects.filter(area__guide=self.application.guide).select_related("area")  # type: ignore[attr-defined]
        limit = self.application.guide.project_ends_by
        if limit:
            self.fields["ends_on"].help_text = _("不晚于 %(day)s。") % {"day": limit.isoformat()}

    def clean_ends_on(self) -> date:
        ends_on: date = self.cleaned_data["ends_on"]
        limit = self.application.guide.project_ends_by
        if limit and ends_on > limit:
            raise forms.ValidationError(_("结束日期不得晚于指南规定的 %(day)s。") % {"day": limit.isoformat()})
        starts_on = self.cleaned_data.get("starts_on")
        if starts_on and ends_on <= starts_on:
            raise forms.ValidationError(_("结束日期须晚于开始日期。"))
        return ends_on


class SchemeForm(SectionForm):
    need = forms.CharField(max_length=2000, help_text=gettext_lazy("服务对象是谁、有多少、现有服务缺什么，写明依据。"))
    goals = forms.CharField(max_length=1000, help_text=gettext_lazy("项目结束时要达到什么改变。"))
    scheme = forms.CharField(max_length=4000, help_text=gettext_lazy("做什么、怎么做、谁来做、风险如何应对。"))
    schedule = forms.CharField(max_length=2000, help_text=gettext_lazy("按月或按季列出活动和负责人。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        labels = dict(SCHEME_FIELDS)
        for name, field in self.base_fields.items():
            field.label = labels[name]
            field.widget = forms.Textarea(attrs={"rows": 10 if name == "scheme" else 6, "maxlength": field.max_length})
        super().__init__(*args, **kwargs)


class BudgetForm(SectionForm):
    work_type = forms.ChoiceField(
        label=gettext_lazy("项目类型"),
        choices=[
            ("social_work", gettext_lazy("社会工作类（以专业人员服务为主）")),
            ("activity", gettext_lazy("活动类（以组织活动为主）")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("决定人员费占比上限。"),
    )  # fmt: skip
    basis = forms.CharField(
        label=gettext_lazy("测算依据"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("市场询价、工资标准、物价和税费，并写明测算人。"),
    )  # fmt: skip
    price_reason = forms.CharField(
        label=gettext_lazy("单价偏离参考价的理由"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("明细单价在本地区合同价格四分位之外时填写。"),
    )  # fmt: skip


class BudgetLineForm(forms.Form):
    use_required_attribute = False
    item = forms.ChoiceField(label=gettext_lazy("科目"), choices=[("", gettext_lazy("请选择")), *BudgetItem.choices])
    description = forms.CharField(label=gettext_lazy("用途"), max_length=200)
    unit = forms.CharField(
        label=gettext_lazy("单位"), max_length=20, widget=forms.TextInput(attrs={"class": "input--s"})
    )
    quantity = forms.DecimalField(
        label=gettext_lazy("数量"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input--s"}),
    )  # fmt: skip
    unit_price = forms.DecimalField(label=gettext_lazy("单价"), max_digits=14, decimal_places=2, min_value=Decimal(0))


class CoFundingForm(SectionForm):
    planned = forms.ChoiceField(
        label=gettext_lazy("是否有配套资金"),
        choices=[("yes", gettext_lazy("有")), ("no", gettext_lazy("没有"))],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("配套资金不是申报条件，可提高项目可持续性。"),
    )


class CoFundingLineForm(forms.Form):
    use_required_attribute = False
    source = forms.CharField(label=gettext_lazy("来源"), max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("性质"),
        choices=[("", gettext_lazy("请选择")), *(CoFunding._meta.get_field("kind").choices or [])],  # type: ignore[list-item]
    )
    amount = forms.DecimalField(label=gettext_lazy("金额"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    secured = forms.BooleanField(label=gettext_lazy("已落实"), required=False)


class IndicatorForm(forms.Form):
    use_required_attribute = False
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=[("", gettext_lazy("请选择")), *IndicatorKind.choices])
    name = forms.CharField(label=gettext_lazy("指标"), max_length=100)
    target = forms.DecimalField(
        label=gettext_lazy("目标值"), max_digits=12, decimal_places=2, min_value=Decimal("0.01"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input--s"}),
    )  # fmt: skip
    unit = forms.CharField(
        label=gettext_lazy("单位"), max_length=20, widget=forms.TextInput(attrs={"class": "input--s"})
    )
    how_known = forms.CharField(label=gettext_lazy("如何衡量"), max_length=200)


class ProfileForm(SectionForm):
    staff_count = forms.IntegerField(
        label=gettext_lazy("专职工作人员数"),
        min_value=0,
        max_value=100_000,
        help_text=gettext_lazy("退休返聘并签订劳务合同的可以计入。"),
    )
    has_office = forms.BooleanField(label=gettext_lazy("有固定办公场所"), required=False)
    lawful_income = forms.BooleanField(label=gettext_lazy("有合法稳定的收入来源"), required=False)
    nonprofit_accounting = forms.BooleanField(label=gettext_lazy("执行民间非营利组织会计制度"), required=False)
    own_account = forms.BooleanField(label=gettext_lazy("有独立银行账户"), required=False)
    party_coverage = forms.ChoiceField(
        label=gettext_lazy("党的组织和工作覆盖情况"),
        choices=[
            ("", gettext_lazy("请选择")),
            ("branch", gettext_lazy("单独建立党组织")),
            ("joint", gettext_lazy("联合建立党组织")),
            ("liaison", gettext_lazy("派驻党建工作指导员")),
            ("none", gettext_lazy("尚未覆盖")),
        ],
        help_text=gettext_lazy("仅作采集，不影响申报资格。"),
    )  # fmt: skip
    leaders_in_office = forms.ChoiceField(
        label=gettext_lazy("负责人是否在购买主体任职"),
        choices=[("no", gettext_lazy("否")), ("yes", gettext_lazy("是"))],
        widget=forms.RadioSelect,
    )
    leaders_note = forms.CharField(
        label=gettext_lazy("任职情况和回避安排"), max_length=300, required=False,
        help_text=gettext_lazy("选“是”时填写。"), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    qualifications = forms.ModelMultipleChoiceField(
        label=gettext_lazy("选用资质证书"), queryset=Qualification.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.fields["qualifications"]
        held.queryset = papers_offered(self.application)
        held.label_from_instance = certificate_label  # type: ignore[attr-defined]

    def clean_qualifications(self) -> Any:
        chosen = self.cleaned_data["qualifications"]
        today = timezone.localdate()
        faulty = [held for held in chosen if not held.is_usable(today)]
        if faulty:
            raise forms.ValidationError([_("%(why)s。") % {"why": why_unusable(held, today)} for held in faulty])
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("leaders_in_office") == "yes" and not cleaned.get("leaders_note"):
            self.add_error("leaders_note", _("请写明任职情况和回避安排。"))
        return cleaned


def papers_offered(application: Application) -> QuerySet[Qualification]:
    """What the dossier has verified; one that ran out stays in sight, so that its date is read and not guessed."""
    return Qualification.objects.filter(
        Q(status__in=("verified", "expired")) | Q(applications=application), organization=application.applicant
    ).distinct()


def certificate_label(held: Qualification) -> str:
    today = timezone.localdate()
    term = _("长期有效")
    if held.has_expired(today):
        term = _("已于 %(day)s 到期，不能选用") % {"day": held.expires_on}
    elif held.status != "verified":
        term = str(held.state.label)
    elif held.expires_on:
        term = _("有效期至 %(day)s") % {"day": held.expires_on}
    name = " ".join(part for part in (held.kind_label, held.title) if part)
    return f"{name} {held.number}（{term}）"


class HubForm(SectionForm):
    hub = forms.ChoiceField(label=gettext_lazy("主责单位"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own, rest = hubs_for(self.application.applicant, timezone.localdate())
        groups = ((_("已建立联系的枢纽型社会组织"), own), (_("其他枢纽型社会组织"), rest))
        self.fields["hub"].choices = [  # type: ignore[attr-defined]
            (label, [(str(hub.pk), hub_label(hub)) for hub in hubs]) for label, hubs in groups if hubs
        ]


def hub_label(hub: Organization) -> str:
    return f"{hub.name}（{hub.get_hub_tier_display()}）" if hub.hub_tier else hub.name


class DeclarationForm(SectionForm):
    truthful = forms.BooleanField(label=gettext_lazy("所填内容和所附材料真实、完整，愿承担弄虚作假的责任"))
    law_abiding = forms.BooleanField(label=gettext_lazy("近两年内未受行政处罚，未被立案调查，未列入异常名录或失信名单"))
    not_duplicated = forms.BooleanField(label=gettext_lazy("同一或相近项目未获其他财政资金资助"))
    declared_by = forms.CharField(label=gettext_lazy("声明人（单位负责人姓名）"), max_length=40)


class RowsFormSet(BaseFormSet):  # type: ignore[type-arg]
    """Rows of a table; blank rows are ignored, a missing table is named by ``lacking``."""

    lacking = gettext_lazy("请至少填写一行。")

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            sentence = _("请选择%(label)s。") if isinstance(field, forms.ChoiceField) else _("请填写%(label)s。")
            field.error_messages["required"] = sentence % {"label": field.label}
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("删除")

    def filled(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.has_changed() and form.is_valid()]

    def clean(self) -> None:
        if not any(form.has_changed() for form in self.forms):
            raise forms.ValidationError(self.lacking)


class IndicatorFormSet(RowsFormSet):
    def clean(self) -> None:
        super().clean()
        have = {row.get("kind") for row in self.filled()}
        absent = [str(kind.label) for kind in IndicatorKind if kind not in have]
        if absent and not any(self.errors):
            raise forms.ValidationError(_("请补充：%(what)s。") % {"what": "、".join(absent)})


class BudgetFormSet(RowsFormSet):
    def clean(self) -> None:
        super().clean()
        envelope = self.form_kwargs["application"].guide.envelope
        total = total_of(self.filled())
        if envelope is not None and total > envelope.amount:
            raise forms.ValidationError(
                _("预算合计 %(total)s 超过指南资金额度 %(limit)s。")
                % {"total": format_yuan(total), "limit": format_yuan(envelope.amount)}
            )


def total_of(rows: Iterable[dict[str, Any]]) -> Decimal:
    return sum((line_amount(row["quantity"], row["unit_price"]) for row in rows), Decimal("0.00"))


class _RowForm(forms.Form):
    """Swallows the application every form set here is given."""

    def __init__(self, *args: Any, application: Application | None = None, **kwargs: Any) -> None:
        self.application = application
        super().__init__(*args, **kwargs)


def _rows(form: type[forms.Form], formset: type[RowsFormSet] = RowsFormSet) -> type[BaseFormSet[forms.Form]]:
    row = type(form.__name__, (_RowForm, form), {})
    return formset_factory(
        row, formset=formset, extra=SPARE_ROWS, can_delete=True, max_num=MAX_ROWS, absolute_max=MAX_ROWS + 20
    )


@dataclass(frozen=True)
class SectionFields:
    """What a section asks: fields, and rows with their names in the order a raw row keeps them."""

    form: type[SectionForm] | None = None
    rows: type[BaseFormSet[forms.Form]] | None = None
    prefix: str = ""
    row_names: tuple[str, ...] = ()
    rows_label: Any = ""


FIELDS: dict[str, SectionFields] = {
    "basic": SectionFields(BasicForm),
    "scheme": SectionFields(SchemeForm),
    "budget": SectionFields(
        BudgetForm, _rows(BudgetLineForm, BudgetFormSet), "lines",
        ("item", "description", "unit", "quantity", "unit_price"), gettext_lazy("预算明细"),
    ),
    "co_funding": SectionFields(
        CoFundingForm, _rows(CoFundingLineForm), "sources",
        ("source", "kind", "amount", "secured"), gettext_lazy("配套资金明细"),
    ),
    "indicators": SectionFields(
        None, _rows(IndicatorForm, IndicatorFormSet), "indicators", ("kind", "name", "target", "unit", "how_known"),
        gettext_lazy("绩效指标"),
    ),
    "profile": SectionFields(ProfileForm),
    "hub": SectionFields(HubForm),
    "declaration": SectionFields(DeclarationForm),
}  # fmt: skip


@dataclass
class Bound:
    """A section's forms, bound to raw values or drawn from them."""

    code: str
    form: SectionForm | None
    rows: BaseFormSet[forms.Form] | None

    @property
    def parts(self) -> list[Any]:
        return [part for part in (self.form, self.rows if self.rows_asked else None) if part is not None]

    @property
    def rows_asked(self) -> bool:
        """Rows of co-funding count only where there is some."""
        if self.rows is None or self.code != "co_funding" or self.form is None or not self.form.is_bound:
            return self.rows is not None
        return self.form.data.get("planned") == "yes"

    def is_valid(self) -> bool:
        verdicts = [part.is_valid() for part in self.parts]  # every part is judged, not only the first bad one
        return all(verdicts)


def bind(application: Application, code: str, raw: Raw) -> Bound:
    """The forms holding these values as if just posted, with their errors."""
    fields = FIELDS[code]
    data = _as_data(fields, raw)
    form = fields.form(data, application=application) if fields.form else None
    rows = None
    if fields.rows:
        rows = fields.rows(data, prefix=fields.prefix, form_kwargs={"application": application})
    return Bound(code, form, rows)


def draw(application: Application, code: str, raw: Raw) -> Bound:
    """The forms showing these values without judging them; a section never opened starts from what is known."""
    fields = FIELDS[code]
    known = raw or prefill(application, code)
    form = fields.form(initial=known, application=application) if fields.form else None
    rows = None
    if fields.rows:
        rows = fields.rows(initial=known.get(ROWS, []), prefix=fields.prefix, form_kwargs={"application": application})
    return Bound(code, form, rows)


def check(application: Application, code: str, raw: Raw) -> Checked:
    """What of these values is valid, in plain JSON, and what is wrong, in words."""
    bound = bind(application, code, raw)
    bound.is_valid()
    clean: dict[str, Any] = {}
    problems: list[str] = []
    if bound.form is not None:
        clean = {name: _plain(value) for name, value in bound.form.cleaned_data.items()}
        problems += [str(message) for messages in bound.form.errors.values() for message in messages]
    if bound.rows is not None and bound.rows_asked:
        if bound.rows.is_valid():
            clean[ROWS] = [
                {name: _plain(value) for name, value in row.items() if name != "DELETE"}
                for row in bound.rows.filled()  # type: ignore[attr-defined]
            ]
        problems += _row_problems(bound.rows)
    return Checked(clean=clean, problems=problems)


def raw_from_post(code: str, post: QueryDict) -> Raw:
    """What was typed, by unit; rows ticked 删除 and blank rows fall away."""
    fields = FIELDS[code]
    raw: Raw = {}
    for name, field in (fields.form.base_fields if fields.form else {}).items():
        many = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
        raw[name] = [_text(v) for v in post.getlist(name)] if many else _text(post.get(name, ""))
    if fields.rows:
        raw[ROWS] = list(_posted_rows(fields, post))
    return raw


def _posted_rows(fields: SectionFields, post: QueryDict) -> Iterable[dict[str, str]]:
    total = post.get(f"{fields.prefix}-TOTAL_FORMS", "0")
    count = min(int(total), MAX_ROWS + 20) if total.isdigit() and len(total) < 6 else 0
    for index in range(count):
        row = {name: _text(post.get(f"{fields.prefix}-{index}-{name}", "")) for name in fields.row_names}
        if any(row.values()) and not post.get(f"{fields.prefix}-{index}-DELETE"):
            yield row


def _text(value: Any) -> str:
    """As typed, without NUL, which no database column can hold; line breaks as the browser shows them."""
    return str(value).replace("\x00", "").replace("\r\n", "\n")


def _as_data(fields: SectionFields, raw: Raw) -> MultiValueDict[str, Any]:
    data: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in raw.items():
        if name != ROWS:
            data.setlist(name, value if isinstance(value, list) else [value])
    if fields.rows:
        rows = raw.get(ROWS, [])
        data[f"{fields.prefix}-TOTAL_FORMS"] = str(len(rows) + SPARE_ROWS)
        data[f"{fields.prefix}-INITIAL_FORMS"] = "0"
        for index, row in enumerate(rows):
            for name, value in row.items():
                data[f"{fields.prefix}-{index}-{name}"] = value
    return data


def _row_problems(rows: BaseFormSet[forms.Form]) -> list[str]:
    found = [str(message) for message in rows.non_form_errors()]
    for number, errors in enumerate(rows.errors, start=1):
        found += [
            _("第 %(row)s 行：%(what)s") % {"row": number, "what": message}
            for messages in errors.values()
            for message in messages
        ]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "pk"):
        return str(value.pk)
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, str):
        return value
    return [_plain(one) for one in value]


def prefill(application: Application, code: str) -> Raw:
    """What the portal already knows and need not ask again."""
    applicant = application.applicant
    if code == "basic":
        return {"leader_name": applicant.contact_name, "leader_phone": applicant.contact_phone}
    if code == "profile":
        today = timezone.localdate()
        held = applicant.qualifications.usable(today)
        return {
            "qualifications": [str(q.pk) for q in held],
            "has_office": "on" if applicant.address else "",
            "own_account": "on" if applicant.bank_account else "",
            "leaders_in_office": "no",
        }
    if code == "hub":
        own = hubs_for(applicant, timezone.localdate())[0]
        return {"hub": str(own[0].pk)} if own else {}
    if code == "declaration":
        return {"declared_by": applicant.legal_representative}
    return {}


class FileForm(forms.Form):
    """One attachment of one kind."""

    use_required_attribute = False
    upload = forms.FileField(required=False)

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["upload"]
        chosen.label = _("选择文件：%(what)s") % {"what": label}
        chosen.error_messages["empty"] = _("文件是空的，请重新选择文件。")
        chosen.widget.attrs["accept"] = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if not upload:
            raise forms.ValidationError(_("请先选择要上传的文件。"))
        return upload
