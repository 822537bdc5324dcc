from django.urls import path

from evaluation.views import rubrics

urlpatterns = [
    path("guides/<uuid:pk>/rubric/", rubrics.RubricChooseView.as_view(), name="rubric-choose"),
    path("rubrics/<uuid:pk>/", rubrics.RubricView.as_view(), name="rubric"),
    path("rubrics/<uuid:pk>/edit/", rubrics.RubricEditView.as_view(), name="rubric-edit"),
]
