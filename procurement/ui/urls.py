from django.conf import settings
from django.urls import path

from procurement.ui import views

urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.worklist, name="worklist"),
    path("ui/care/", views.care_mode, name="care-mode"),
]

if settings.DEBUG or settings.PORTAL["DEMO"]:
    urlpatterns.append(path("ui/components/", views.style_guide, name="style-guide"))
