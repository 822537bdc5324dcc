from django.urls import path

from orgs.views import credit as views

urlpatterns = [
    path("credit/", views.CreditListView.as_view(), name="credit-list"),
    path("credit/new/", views.CreditCreateView.as_view(), name="credit-new"),
    path("credit/<uuid:pk>/", views.CreditView.as_view(), name="credit"),
    path("credit/<uuid:pk>/edit/", views.CreditEditView.as_view(), name="credit-edit"),
    path("credit/<uuid:pk>/appeal/", views.AppealCreateView.as_view(), name="credit-appeal-new"),
    path("appeals/<uuid:pk>/", views.AppealView.as_view(), name="credit-appeal"),
]
