from django.urls import path

from procurement.documents.views import files, jobs

urlpatterns = [
    path("documents/<uuid:document_id>/", files.download, name="document-download"),
    path("documents/<uuid:document_id>/pages/<int:number>.png", files.page, name="document-page"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<uuid:job_id>/", jobs.job_detail, name="job"),
    path("jobs/<uuid:job_id>/cancel/", jobs.job_cancel, name="job-cancel"),
]
