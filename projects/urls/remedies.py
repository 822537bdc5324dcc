from django.urls import path

from projects.views import challenges, complaints, remedy_requests

urlpatterns = [
    path("remedies/", challenges.RemedyListView.as_view(), name="remedies"),
    path("procedures/<uuid:pk>/challenge/", challenges.ChallengeCreateView.as_view(), name="challenge-new"),
    path("challenges/<uuid:pk>/", challenges.ChallengeView.as_view(), name="challenge"),
    path("challenges/<uuid:pk>/correct/", challenges.ChallengeCorrectView.as_view(), name="challenge-correct"),
    path("challenges/<uuid:pk>/reply/", challenges.ChallengeReplyView.as_view(), name="challenge-reply"),
    path("challenges/<uuid:pk>/complain/", complaints.ComplaintCreateView.as_view(), name="complaint-new"),
    path("challenges/copies/<uuid:pk>/", challenges.ReplyCopyView.as_view(), name="reply-copy"),
    path("complaints/", complaints.ComplaintQueueView.as_view(), name="complaint-queue"),
    path("complaints/<uuid:pk>/", complaints.ComplaintView.as_view(), name="complaint"),
    path("complaints/<uuid:pk>/correct/", complaints.ComplaintCorrectView.as_view(), name="complaint-correct"),
    path("complaints/statements/<uuid:pk>/", complaints.StatementView.as_view(), name="complaint-statement"),
    path(
        "procedures/<uuid:pk>/request-remedy/",
        remedy_requests.RemedyRequestCreateView.as_view(),
        name="remedy-request-new",
    ),
    path("remedy-requests/<uuid:pk>/", remedy_requests.RemedyRequestView.as_view(), name="remedy-request"),
]
