"""One search over everything the portal shows: an entry per thing, kept by the write path, judged by ``visible_to``.

An app says in its ``offers/search.py`` what may be found::

    register_kind(SearchKind(
        name="guide", label=_("申报指南"), model=Guide,
        visible=lambda actor: Guide.objects.visible_to(actor),   # the final word on every hit
        entry=guide_entry,                                       # row → Entry, only what every finder may read
        url=lambda pk, is_public: reverse("guide", args=[pk]),
        has_private=True,                                        # some rows are not public: ask ``visible`` for them
    ))

Every ``save`` of such a row writes its entry in the same transaction; whoever writes in bulk sends
``registers.rows_written`` or runs ``manage.py search_rebuild``. An entry that is out of date can hide a row, never show
one: page, facets and counts hold only what ``visible`` confirms in the same request.
"""

from procurement.search.kinds import Entry, SearchKind, register_kind

__all__ = ["Entry", "SearchKind", "register_kind"]
