"""Bulk writing sends no ``post_save``; whoever follows a model's rows (the search) listens here as well."""

from django.dispatch import Signal

#: Sent with ``sender`` (the model) and ``keys`` (primary keys), inside the transaction that wrote the rows.
rows_written = Signal()
