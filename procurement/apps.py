from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "procurement"

    def ready(self) -> None:
        # shared_task finds its broker through the application made here
        from procurement import celery  # noqa: F401

        from procurement.demo.accounts import demo_accounts
        from procurement.ui.furniture import register_demo_accounts

        register_demo_accounts(demo_accounts)
