from django.urls import path

from catalogs.views import demands

urlpatterns = [
    path("demand/", demands.DemandCatalogueView.as_view(), name="demand-catalogue"),
    path("demands/desk/", demands.DemandDeskView.as_view(), name="demand-desk"),
    path("demands/new/", demands.DemandCreateView.as_view(), name="demand-new"),
    path("demands/<uuid:pk>/", demands.DemandView.as_view(), name="demand"),
    path("demands/<uuid:pk>/edit/<slug:group>/", demands.DemandEditView.as_view(), name="demand-edit"),
    path("demands/<uuid:pk>/feedback/", demands.FeedbackView.as_view(), name="demand-feedback"),
    path("demands/<uuid:pk>/feedback/offline/", demands.OfflineFeedbackView.as_view(), name="demand-feedback-offline"),
    path("demands/<uuid:pk>/plan/", demands.DemandPlanView.as_view(), name="demand-plan"),
    path("demands/feedback/<uuid:pk>/answer/", demands.AnswerFeedbackView.as_view(), name="demand-feedback-answer"),
]
