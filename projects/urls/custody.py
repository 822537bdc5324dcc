from django.urls import path

from projects.views import custody

urlpatterns = [
    path("custody/", custody.CustodyListView.as_view(), name="custody-ledgers"),
    path("custody/<uuid:pk>/", custody.CustodyView.as_view(), name="custody"),
    path("custody/<uuid:pk>/<int:year>-<int:month>/", custody.StatementView.as_view(), name="custody-statement"),
    path("custody/<uuid:pk>/vouchers/new/", custody.VoucherCreateView.as_view(), name="custody-voucher-new"),
    path("custody/vouchers/<uuid:pk>/", custody.VoucherView.as_view(), name="custody-voucher"),
    path("guides/<uuid:pk>/apply-for-group/", custody.ProxyStartView.as_view(), name="application-start-proxy"),
]
