from django.urls import path

from evaluation.views import bench, discussion, papers

urlpatterns = [
    path("review/", bench.QueueView.as_view(), name="review"),
    path("review/panels/<uuid:pk>/lock/", bench.LockAllView.as_view(), name="review-lock"),
    path("review/sheets/<uuid:pk>/", bench.SheetView.as_view(), name="sheet"),
    path("review/sheets/<uuid:pk>/save/", bench.SheetSaveView.as_view(), name="sheet-save"),
    path("review/seats/<uuid:pk>/book/", papers.ScoreBookView.as_view(), name="score-book"),
    path("review/seats/<uuid:pk>/book.xlsx", papers.ScoreBookFileView.as_view(), name="score-book-file"),
    path("review/seats/<uuid:pk>/sheets/", papers.SeatSheetsView.as_view(), name="seat-sheets"),
    path("panels/<uuid:pk>/table/", discussion.TableView.as_view(), name="panel-table"),
    path("panels/<uuid:pk>/table/chair/", discussion.ChairVoteView.as_view(), name="panel-chair"),
    path("panels/<uuid:pk>/table/note/", discussion.NoteView.as_view(), name="panel-note"),
    path("panels/<uuid:pk>/table/ask/", discussion.AskView.as_view(), name="panel-ask"),
    path("panels/<uuid:pk>/table/quote/", discussion.InquiryView.as_view(), name="panel-quote"),
    path("quotes/<uuid:pk>/judge/", discussion.JudgeView.as_view(), name="quote-judge"),
    path("quotes/<uuid:pk>/answer/", discussion.AnswerView.as_view(), name="quote-answer"),
    path("review/findings/<uuid:pk>/", bench.FindingView.as_view(), name="finding"),
]
