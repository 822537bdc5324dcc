from django.urls import path

from catalogs.views import needs

urlpatterns = [
    path("needs/", needs.NeedListView.as_view(), name="needs"),
    path("needs/new/", needs.NeedCreateView.as_view(), name="need-new"),
    path("needs/receipt/", needs.NeedReceiptView.as_view(), name="need-receipt"),
    path("needs/follow/", needs.NeedFollowView.as_view(), name="need-follow"),
    path("needs/poster/", needs.NeedPosterView.as_view(), name="need-poster"),
    path("needs/desk/", needs.NeedDeskView.as_view(), name="need-desk"),
    path("needs/<uuid:pk>/", needs.NeedView.as_view(), name="need"),
    path("needs/<uuid:pk>/support/", needs.NeedSupportView.as_view(), name="need-support"),
]
