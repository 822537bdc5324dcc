from django.urls import path

from procurement.audit import views

urlpatterns = [
    path("", views.journal, name="journal"),
    path("verify/", views.verify_journal, name="journal-verify"),
    path("<int:seq>/", views.entry, name="journal-entry"),
    path("checkpoints/<int:size>.json", views.checkpoint, name="journal-checkpoint"),
]
