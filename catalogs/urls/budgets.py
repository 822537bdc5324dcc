from django.urls import path

from catalogs.views import budgets, plans

urlpatterns = [
    path("budget/", budgets.LineListView.as_view(), name="budget-lines"),
    path("budget/new/", budgets.LineCreateView.as_view(), name="budget-line-new"),
    path("budget/tables/", budgets.TableListView.as_view(), name="item-tables"),
    path("budget/tables/<uuid:pk>/", budgets.TableView.as_view(), name="item-table"),
    path("budget/tables/<uuid:pk>/pdf/", budgets.TablePdfView.as_view(), name="item-table-pdf"),
    path("budget/<uuid:pk>/", budgets.LineView.as_view(), name="budget-line"),
    path("budget/<uuid:pk>/edit/", budgets.LineEditView.as_view(), name="budget-line-edit"),
    path("budget/<uuid:pk>/adjust/", budgets.LineAdjustView.as_view(), name="budget-line-adjust"),
    path("budget/<uuid:pk>/plan/", plans.PlanCreateView.as_view(), name="purchase-plan-new"),
    path("plans/", plans.PlanListView.as_view(), name="purchase-plans"),
    path("plans/<uuid:pk>/", plans.PlanView.as_view(), name="purchase-plan"),
    path("plans/<uuid:pk>/edit/", plans.PlanEditView.as_view(), name="purchase-plan-edit"),
]
