from django.urls import path

from procurement.rules import views

urlpatterns = [
    path("handbook/", views.index, name="handbook"),
    path("handbook/rules/", views.rule_list, name="handbook-rules"),
    path("handbook/rules/<str:rule_id>/", views.rule_detail, name="handbook-rule"),
    path("handbook/glossary/", views.glossary, name="handbook-glossary"),
    path("handbook/parameters/", views.parameters, name="handbook-parameters"),
    path("handbook/parameters/<uuid:pk>/", views.rule_set, name="handbook-rule-set"),
]
