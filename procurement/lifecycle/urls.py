from django.urls import path

from procurement.lifecycle import views

urlpatterns = [
    path("act/<slug:lifecycle>/<uuid:pk>/<str:transition>/", views.TransitionView.as_view(), name="transition"),
    path("cases/<uuid:pk>/", views.CaseView.as_view(), name="case"),
    path("handbook/lifecycles/", views.LifecycleListView.as_view(), name="handbook-lifecycles"),
    path("handbook/lifecycles/<slug:name>/", views.LifecycleHandbookView.as_view(), name="handbook-lifecycle"),
]
