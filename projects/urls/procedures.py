from django.urls import path

from projects.views import document_questions, invited_suppliers, procedures, procurement_documents, quote_rounds

urlpatterns = [
    path("procedures/", procedures.ProcedureListView.as_view(), name="procedures"),
    path("procedures/new/", procedures.ProcedureCreateView.as_view(), name="procedure-new"),
    path("procedures/taken/", document_questions.TakenListView.as_view(), name="procedures-taken"),
    path("procedures/<uuid:pk>/", procedures.ProcedureView.as_view(), name="procedure"),
    path("procedures/<uuid:pk>/edit/", procedures.ProcedureEditView.as_view(), name="procedure-edit"),
    path("procedures/<uuid:pk>/retender/", procedures.RetenderView.as_view(), name="procedure-retender"),
    path("procedures/<uuid:pk>/document/", procurement_documents.DocumentView.as_view(), name="procedure-document"),
    path(
        "procedures/<uuid:pk>/document/<slug:part>/",
        procurement_documents.DocumentPartView.as_view(),
        name="procedure-document-part",
    ),
    path("procedures/<uuid:pk>/take/", document_questions.TakeDocumentView.as_view(), name="procedure-take"),
    path("procedures/<uuid:pk>/questions/", document_questions.QuestionListView.as_view(), name="procedure-questions"),
    path("procedures/<uuid:pk>/addendum/", document_questions.AddendumCreateView.as_view(), name="addendum-new"),
    path("procedures/<uuid:pk>/argument/", invited_suppliers.ArgumentView.as_view(), name="procedure-argument"),
    path("procedures/<uuid:pk>/object/", invited_suppliers.SourceObjectionView.as_view(), name="procedure-object"),
    path("procedures/<uuid:pk>/draw/", invited_suppliers.SupplierDrawView.as_view(), name="procedure-draw"),
    path("procedures/<uuid:pk>/quotes/", quote_rounds.RoundCreateView.as_view(), name="quote-round-new"),
    path("quotes/<uuid:pk>/", quote_rounds.RoundView.as_view(), name="quote-round"),
    path("questions/<uuid:pk>/", document_questions.QuestionView.as_view(), name="document-question"),
    path("addenda/<uuid:pk>/", document_questions.AddendumView.as_view(), name="addendum"),
    path("bids/<uuid:pk>/", procedures.BidView.as_view(), name="bid"),
]
