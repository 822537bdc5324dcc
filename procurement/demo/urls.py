from django.urls import path

from procurement.demo import views

urlpatterns = [path("switch/", views.switch, name="demo-switch")]
