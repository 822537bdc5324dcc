from django.urls import path

from procurement.statistics import views

urlpatterns = [
    path("statistics/", views.statistics, name="statistics"),
    path("statistics/figures.csv", views.figures_file, name="statistics-figures"),
    path("statistics/derived.csv", views.derived_file, name="statistics-derived"),
]
