from django.urls import path

from procurement.search import views

urlpatterns = [path("search/", views.search, name="search")]
