from catalogs.views.categories import CategoryListView
from catalogs.views.envelopes import (
    AdjustmentCreateView,
    AdjustmentView,
    EnvelopeCreateView,
    EnvelopeEditView,
    EnvelopeListView,
    EnvelopeView,
)

__all__ = [
    "AdjustmentCreateView",
    "AdjustmentView",
    "CategoryListView",
    "EnvelopeCreateView",
    "EnvelopeEditView",
    "EnvelopeListView",
    "EnvelopeView",
]
