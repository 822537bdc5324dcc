from django.contrib.auth.views import LogoutView
from django.urls import path

from procurement.accounts.views import oidc, security, sign_in
from procurement.accounts.views.revealing import RevealView

urlpatterns = [
    path("login/", sign_in.HouseLoginView.as_view(), name="login"),
    path("login/second/", sign_in.SecondStepView.as_view(), name="second-step"),
    path("oidc/", oidc.begin, name="oidc-login"),
    path("oidc/callback/", oidc.callback, name="oidc-callback"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("security/", security.SecurityView.as_view(), name="account-security"),
    path("security/factor/", security.FactorSetUpView.as_view(), name="factor-set-up"),
    path("security/factor/remove/", security.RemoveFactorView.as_view(), name="factor-remove"),
    path("security/codes/", security.RenewCodesView.as_view(), name="factor-codes"),
    path("security/password/", security.HousePasswordChangeView.as_view(), name="password-change"),
    path("reveal/<slug:name>/<uuid:pk>/", RevealView.as_view(), name="reveal"),
    path("security/sessions/end/", security.EndOthersView.as_view(), name="sessions-end"),
]
