from django.urls import path

from catalogs.views import needs

urlpatterns = [
    path("", needs.NeedListView.as_view(), name="needs"),
    path("new/", needs.NeedCreateView.as_view(), name="need-new"),
    path("receipt/", needs.NeedReceiptView.as_view(), name="need-receipt"),
    path("follow/", needs.NeedFollowView.as_view(), name="need-follow"),
    path("poster/", needs.NeedPosterView.as_view(), name="need-poster"),
    path("desk/", needs.NeedDeskView.as_view(), name="need-desk"),
    path("<uuid:pk>/", needs.NeedView.as_view(), name="need"),
    path("<uuid:pk>/support/", needs.NeedSupportView.as_view(), name="need-support"),
]
