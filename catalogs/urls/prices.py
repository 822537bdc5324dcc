from django.urls import path

from catalogs.views import plans, prices

urlpatterns = [
    path("prices/", prices.PriceListView.as_view(), name="prices"),
    path("prices/new/", prices.StandardCreateView.as_view(), name="price-new"),
    path("budget/<uuid:pk>/plan/price/", plans.PriceHintView.as_view(), name="purchase-plan-price"),
]
