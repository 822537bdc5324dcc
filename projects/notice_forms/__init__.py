"""The official notice forms of 财办库〔2020〕50号, each a list of titled parts with their fields."""

from projects.notice_forms.form import Field, FieldKind, NoticeForm, Part, notice_form, notice_forms, notice_kinds

__all__ = ["Field", "FieldKind", "NoticeForm", "Part", "notice_form", "notice_forms", "notice_kinds"]
