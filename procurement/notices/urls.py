from django.urls import path

from procurement.notices import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="inbox-read-all"),
    path("inbox/undelivered/", views.undelivered, name="inbox-undelivered"),
    path("inbox/undelivered/<uuid:pk>/retry/", views.retry, name="inbox-retry"),
    path("inbox/<uuid:pk>/", views.message, name="inbox-message"),
    path("inbox/<uuid:pk>/open/", views.open_message, name="inbox-open"),
]
