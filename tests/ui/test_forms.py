"""Every form of the portal: labels, hints, errors tied to their fields, widgets that fit."""

import re
from decimal import Decimal

import pytest
from django import forms

from procurement.ui.widgets import MoneyInput


class Plain(forms.Form):
    title = forms.CharField(label="项目名称", max_length=10, help_text="与封面一致。")
    amount = forms.DecimalField(label="申请金额", max_digits=14, decimal_places=2)
    starts_on = forms.DateField(label="开始日期", required=False)
    closes_at = forms.DateTimeField(label="截止时间", required=False)
    kind = forms.ChoiceField(label="方式", widget=forms.RadioSelect, choices=[("a", "甲"), ("b", "乙")])
    note = forms.CharField(label="说明", widget=forms.Textarea, max_length=20, required=False)
    promise = forms.BooleanField(label="承诺真实")


def element(html: str, name: str) -> str:
    match = re.search(rf'<(?:input|textarea|select)[^>]*name="{name}"[^>]*>', html)
    assert match, f"{name} not rendered"
    return match[0]


def test_field_ties_label_hint_and_error_to_its_input():
    html = str(Plain({"title": ""}))
    assert '<label class="field__label" for="id_title">项目名称' in html
    control = element(html, "title")
    assert 'aria-describedby="id_title_helptext id_title_error"' in control
    assert 'aria-invalid="true"' in control
    assert 'id="id_title_error"' in html
    assert 'id="id_title_helptext"' in html


def test_required_errors_name_the_field():
    form = Plain({})
    assert form.errors["title"] == ["请填写项目名称。"]
    assert form.errors["kind"] == ["请选择方式。"]
    assert form.errors["promise"] == ["请勾选“承诺真实”。"]


def test_limits_name_the_field_and_both_numbers():
    form = Plain({"title": "字" * 11, "amount": "12.345", "kind": "a", "promise": "on"})
    assert form.errors["title"] == ["项目名称不能超过 10 字，现为 11 字。"]
    assert form.errors["amount"] == ["申请金额最多保留 2 位小数。"]


def test_summary_repeats_each_error_and_links_to_its_control():
    html = str(Plain({"amount": "一万"}))
    summary = html[html.index("data-error-summary") : html.index("</section>")]
    assert '<a href="#id_title">请填写项目名称。</a>' in summary
    assert '<a href="#id_amount">申请金额须为金额，例如 12345.60。</a>' in summary
    assert '<a href="#id_kind_0">请选择方式。</a>' in summary
    assert 'id="id_kind_0"' in html


def test_form_without_errors_has_no_summary():
    assert "data-error-summary" not in str(Plain())


def test_form_leaves_the_summary_to_the_page_when_asked():
    form = Plain({})
    form.summary_elsewhere = True
    assert "data-error-summary" not in str(form)


@pytest.mark.parametrize("typed", ["12,345.60", "１２３４５．６０", "¥ 12345.60", "12345.60 元"])
def test_money_takes_what_people_paste(typed):
    form = Plain({"title": "x", "amount": typed, "kind": "a", "promise": "on"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Decimal("12345.60")


def test_money_input_shows_its_unit_and_is_not_a_spinner():
    html = str(Plain())
    assert 'type="text"' in element(html, "amount")
    assert 'inputmode="decimal"' in element(html, "amount")
    assert '<span class="affix__unit" aria-hidden="true">元</span>' in html


def test_chosen_widget_is_kept():
    class Chosen(forms.Form):
        amount = forms.DecimalField(max_digits=14, decimal_places=2, widget=forms.HiddenInput)
        day = forms.DateField(widget=forms.SelectDateWidget)

    form = Chosen()
    assert isinstance(form["amount"].field.widget, forms.HiddenInput)
    assert isinstance(form["day"].field.widget, forms.SelectDateWidget)
    assert not isinstance(form["amount"].field.widget, MoneyInput)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_dates_are_iso_in_every_language(settings, language):
    from datetime import date, datetime

    from django.utils import timezone, translation

    noon = timezone.make_aware(datetime(2026, 2, 6, 17, 0))  # noqa: DTZ001 made aware here
    with translation.override(language):
        html = str(Plain(initial={"starts_on": date(2026, 2, 6), "closes_at": noon}))
    assert 'value="2026-02-06"' in element(html, "starts_on")
    assert 'type="date"' in element(html, "starts_on")
    assert 'value="2026-02-06T17:00"' in element(html, "closes_at")


def test_posted_instant_is_beijing_time():
    form = Plain({"title": "x", "amount": "1", "kind": "a", "promise": "on", "closes_at": "2026-02-06T17:00"})
    assert form.is_valid()
    assert form.cleaned_data["closes_at"].isoformat() == "2026-02-06T17:00:00+08:00"


def test_text_area_says_its_limit_without_scripts():
    assert "最多 20 字" in str(Plain())


def test_group_of_choices_is_a_fieldset_with_a_legend():
    html = str(Plain())
    assert re.search(r'<fieldset class="field field--group"[^>]*>\s*<legend class="field__label">方式', html)


def test_formset_is_a_table_whose_inputs_name_their_row():
    rows = forms.formset_factory(Plain, extra=2)(prefix="rows")
    html = str(rows)
    assert html.count("<tr") == 4  # head, two rows, the empty row for scripts
    assert "第 2 行：项目名称" in html
    assert 'name="rows-TOTAL_FORMS"' in html
    assert 'name="rows-__prefix__-title"' in html


def test_error_summary_of_a_formset_names_row_and_field(render):
    data = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "2", "rows-0-title": "x", "rows-1-title": ""}
    rows = forms.formset_factory(Plain)(data, prefix="rows")
    assert not rows.is_valid()
    html = render('<c-error-summary :forms="rows" />', rows=rows)
    assert '<a href="#id_rows-1-title">第 2 行：请填写项目名称。</a>' in html


def test_empty_choice_reads_as_an_invitation():
    class Choice(forms.Form):
        area = forms.ChoiceField(choices=[("", "---------"), ("a", "东城")])

    assert ">请选择</option>" in str(Choice())
