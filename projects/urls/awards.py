from django.urls import path

from projects.views import awards, cut_line

urlpatterns = [
    path("awards/<uuid:pk>/", awards.AwardView.as_view(), name="award"),
    path("awards/<uuid:pk>/contract/", awards.AwardContractView.as_view(), name="award-contract"),
    path("procedures/<uuid:pk>/computation/", awards.ComputationView.as_view(), name="procedure-computation"),
    path("result-letters/<uuid:pk>/", awards.ResultLetterView.as_view(), name="result-letter"),
    path("frameworks/", awards.FrameworkListView.as_view(), name="frameworks"),
    path("guides/<uuid:pk>/cut-line/", cut_line.CutLineView.as_view(), name="guide-cut-line"),
    path("guides/<uuid:pk>/cut-line/save/", cut_line.CutScenarioSaveView.as_view(), name="guide-cut-line-save"),
    path("guides/<uuid:pk>/cut-line.xlsx", cut_line.CutLineSheetView.as_view(), name="guide-cut-line-sheet"),
]
