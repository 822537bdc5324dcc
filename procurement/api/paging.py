"""Lists go on by a cursor, so that a page costs the same at the beginning and at the end."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering = ("-created_at", "-id")


class CasePages(CursorPages):
    ordering = ("-opened_at", "-id")
