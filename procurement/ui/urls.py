from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import path

from procurement.ui import views

urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.worklist, name="worklist"),
    path("ui/care/", views.care_mode, name="care-mode"),
    path("accounts/login/", views.HouseLoginView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
]

if settings.DEBUG or settings.PORTAL["DEMO"]:
    urlpatterns.append(path("ui/components/", views.style_guide, name="style-guide"))
