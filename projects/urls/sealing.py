from django.urls import path

from projects.models import SealedAction
from projects.views import lot_keys, openings, sealing

urlpatterns = [
    path("procedures/<uuid:pk>/keys/", lot_keys.KeysView.as_view(), name="procedure-keys"),
    path("procedures/<uuid:pk>/keys/custodians/", lot_keys.CustodiansView.as_view(), name="key-custodians"),
    path("procedures/<uuid:pk>/keys/ceremony/", lot_keys.ceremony, name="key-ceremony"),
    path("procedures/<uuid:pk>/keys/discard/", lot_keys.DiscardView.as_view(), name="keys-discard"),
    path("procedures/<uuid:pk>/keys/check/", lot_keys.check_share, name="key-share-check"),
    path("procedures/<uuid:pk>/opening/", openings.OpeningView.as_view(), name="opening"),
    path("procedures/<uuid:pk>/opening/attend/", openings.AttendView.as_view(), name="opening-attend"),
    path("procedures/<uuid:pk>/bid/", sealing.RoomOpenView.as_view(), name="bid-begin"),
    path("bid-rooms/<uuid:pk>/", sealing.RoomView.as_view(), name="bid-room"),
    path("bid-rooms/<uuid:pk>/files/", sealing.SealFileView.as_view(), name="bid-seal-file"),
    path("bid-rooms/<uuid:pk>/offer/", sealing.OfferView.as_view(), name="bid-offer"),
    path("bid-rooms/<uuid:pk>/set-aside/", sealing.SetAsideView.as_view(), name="bid-set-aside"),
    path("bid-rooms/<uuid:pk>/submit/", sealing.HandInView.as_view(), name="bid-submit"),
    path(
        "bid-rooms/<uuid:pk>/withdraw/",
        sealing.HandInView.as_view(action=SealedAction.WITHDRAW),
        name="bid-withdraw",
    ),
    path("bid-receipts/<uuid:pk>/", sealing.ReceiptView.as_view(), name="sealed-receipt"),
    path("bid-receipts/<uuid:pk>/file/", sealing.ReceiptFileView.as_view(), name="sealed-receipt-file"),
]
