from django.urls import path

from evaluation.views import rubrics

urlpatterns = [
    path("guides/<uuid:pk>/rubric/", rubrics.GuideRubricView.as_view(), name="rubric-choose"),
    path("procedures/<uuid:pk>/rubric/", rubrics.ProcedureRubricView.as_view(), name="procedure-rubric"),
    path("rubrics/<uuid:pk>/", rubrics.RubricView.as_view(), name="rubric"),
    path("rubrics/<uuid:pk>/edit/", rubrics.RubricEditView.as_view(), name="rubric-edit"),
    path("rubrics/<uuid:pk>/factors/", rubrics.FactorAddView.as_view(), name="rubric-factor-add"),
    path(
        "rubrics/<uuid:pk>/factors/<uuid:factor>/remove/",
        rubrics.FactorRemoveView.as_view(),
        name="rubric-factor-remove",
    ),
]
