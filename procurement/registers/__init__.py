"""Excel in and out: a register is a list people keep in spreadsheets as well as here.

An app says once what its columns are; it gets a template to fill in, an import that writes all or nothing, and an
export of exactly the rows a person sees. How to add one, in the app's ``offers/<aggregate>.py``::

    class InspectionRegister(Register[AnnualInspection]):
        name = "inspections"                      # in addresses: /registers/inspections/
        label = _("年度检查")
        model = AnnualInspection
        list_url_name = "inspection-list"         # where people come from; optional
        columns = (
            # Kind, heading, length, choices and whether it is required come from the model's field.
            Column("organization", heading=_("统一社会信用代码"), kind=Kind.CODE, example="51110000…"),
            Column("year", example="2025"),
            Column("result"),
            Column("decided_on"),
        )
        key = ("organization", "year")            # the natural key: the same key again is an update

        def may_import(self, actor):              # roles only, no query
            return bool(actor.roles & {Role.CIV})

        def check(self, lines, actor):            # what needs the database, for all lines at once
            replace_by_lookup(lines, "organization", Organization.objects.all(), by="uscc",
                              missing=_("名录中没有这个代码的单位"))

        def narrow(self, rows, params, actor):    # the list page's own filter form, for the export
            return InspectionFilterForm(params).narrow(rows)

    register(InspectionRegister())                # inside the module's register()

and on its list page: ``{% load registers %}{% register_actions "inspections" %}``.

What may be overridden: ``rows`` (what an actor sees; default ``visible_to``), ``existing`` (finding stored rows by
key), ``prepare`` (a new or changed instance before it is saved), ``write`` (to save through services, row by row or in
bulk; everything runs in one transaction). A column takes ``clean=`` (text → value, ValueError with a sentence refuses
the cell), ``shown=`` (instance → cell of the export) and ``visible=`` (for whom it is exported).

Promises: nothing is written when any line is wrong; an empty cell changes nothing; the same file twice changes
nothing and says so; codes stay text; a cell that a spreadsheet would run as a formula is handed out disarmed.
"""

from procurement.registers.columns import Column, Kind
from procurement.registers.lines import Line, replace_by_lookup
from procurement.registers.registry import Register, register
from procurement.registers.signals import rows_written

__all__ = ["Column", "Kind", "Line", "Register", "register", "replace_by_lookup", "rows_written"]
