from django.urls import path

from procurement.registers import views

urlpatterns = [
    path("registers/<slug:name>/", views.ImportView.as_view(), name="register-import"),
    path("registers/<slug:name>/template.xlsx", views.template, name="register-template"),
    path("registers/<slug:name>/export.xlsx", views.export_xlsx, name="register-export-xlsx"),
    path("registers/<slug:name>/export.csv", views.export_csv, name="register-export-csv"),
    path("registers/<slug:name>/imports/<uuid:pk>/", views.run_detail, name="register-import-run"),
]
