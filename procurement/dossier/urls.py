from django.urls import path

from procurement.dossier import views

urlpatterns = [path("cases/<uuid:pk>/dossier/", views.start, name="case-dossier")]
