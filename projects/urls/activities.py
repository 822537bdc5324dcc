from django.urls import path

from projects.views import activities, ledger, monitoring

urlpatterns = [
    path("applications/<uuid:pk>/plan/", activities.PlanView.as_view(), name="plan"),
    path("applications/<uuid:pk>/plan/edit/", activities.PlanEditView.as_view(), name="plan-edit"),
    path("applications/<uuid:pk>/activities/", activities.ActivityListView.as_view(), name="activities"),
    path("applications/<uuid:pk>/activities/new/", activities.ActivityCreateView.as_view(), name="activity-new"),
    path("applications/<uuid:pk>/activities/draft/", activities.EntryAutosaveView.as_view(), name="activity-autosave"),
    path("activities/<uuid:pk>/", activities.ActivityView.as_view(), name="activity"),
    path("activities/<uuid:pk>/reverse/", activities.ActivityReverseView.as_view(), name="activity-reverse"),
    path("applications/<uuid:pk>/expenses/", ledger.ExpenseListView.as_view(), name="expenses"),
    path("applications/<uuid:pk>/expenses/new/", ledger.ExpenseCreateView.as_view(), name="expense-new"),
    path("expenses/<uuid:pk>/reverse/", ledger.ExpenseReverseView.as_view(), name="expense-reverse"),
    path("applications/<uuid:pk>/reallocate/", ledger.ReallocationView.as_view(), name="reallocate"),
    path("applications/<uuid:pk>/visits/", monitoring.VisitListView.as_view(), name="visits"),
    path("applications/<uuid:pk>/visits/new/", monitoring.VisitCreateView.as_view(), name="visit-new"),
    path("visits/<uuid:pk>/", monitoring.VisitView.as_view(), name="visit"),
    path("applications/<uuid:pk>/support/", monitoring.SupportView.as_view(), name="support"),
]
