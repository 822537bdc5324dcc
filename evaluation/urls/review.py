from django.urls import path

from evaluation.views import bench

urlpatterns = [
    path("review/", bench.QueueView.as_view(), name="review"),
    path("review/panels/<uuid:pk>/lock/", bench.LockAllView.as_view(), name="review-lock"),
    path("review/sheets/<uuid:pk>/", bench.SheetView.as_view(), name="sheet"),
    path("review/sheets/<uuid:pk>/save/", bench.SheetSaveView.as_view(), name="sheet-save"),
    path("review/findings/<uuid:pk>/", bench.FindingView.as_view(), name="finding"),
]
