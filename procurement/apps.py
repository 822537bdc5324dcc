from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "procurement"

    def ready(self) -> None:
        # shared_task finds its broker through the application made here
        from procurement import celery  # noqa: F401
