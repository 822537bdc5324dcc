"""The database backend in force while the embedded services are down: it says so instead of a riddle."""

from django.db.utils import OperationalError


class ServicesStopped(OperationalError):
    """What `manage.py` shows alone, without a traceback."""

    def __init__(self) -> None:
        super().__init__(
            "The portal's services are not running. Start them with `make run` in another terminal, "
            "or set DATABASE_URL to a PostgreSQL of your own."
        )
