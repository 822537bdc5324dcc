from django.urls import path

from orgs import views

urlpatterns = [
    path("register/", views.RegisterView.as_view(), name="register"),
    path("registrations/", views.RegistrationListView.as_view(), name="registration-list"),
    path("registrations/new/", views.RegistrationCreateView.as_view(), name="registration-new"),
    path("registrations/<uuid:pk>/", views.RegistrationView.as_view(), name="registration"),
    path("registrations/<uuid:pk>/edit/", views.RegistrationEditView.as_view(), name="registration-edit"),
    path("regions/<slug:prefix>/", views.RegionPickerView.as_view(), name="region-picker"),
]
