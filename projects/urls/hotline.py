from django.urls import path

from projects.views import hotline

urlpatterns = [
    path("hotline/", hotline.HotlineView.as_view(), name="hotline"),
    path("hotline/new/", hotline.CallCreateView.as_view(), name="hotline-new"),
    path("hotline/receipt/", hotline.CallReceiptView.as_view(), name="hotline-receipt"),
    path("hotline/follow/", hotline.CallFollowView.as_view(), name="hotline-follow"),
    path("hotline/calls/", hotline.CallListView.as_view(), name="hotline-calls"),
    path("hotline/calls/<uuid:pk>/", hotline.CallView.as_view(), name="hotline-call"),
]
