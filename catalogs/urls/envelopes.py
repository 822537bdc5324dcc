from django.urls import path

from catalogs import views

urlpatterns = [
    path("categories/", views.CategoryListView.as_view(), name="category-list"),
    path("envelopes/", views.EnvelopeListView.as_view(), name="envelope-list"),
    path("envelopes/new/", views.EnvelopeCreateView.as_view(), name="envelope-new"),
    path("envelopes/<uuid:pk>/", views.EnvelopeView.as_view(), name="envelope"),
    path("envelopes/<uuid:pk>/edit/", views.EnvelopeEditView.as_view(), name="envelope-edit"),
    path("envelopes/<uuid:pk>/adjust/", views.AdjustmentCreateView.as_view(), name="adjustment-new"),
    path("adjustments/<uuid:pk>/", views.AdjustmentView.as_view(), name="adjustment"),
]
