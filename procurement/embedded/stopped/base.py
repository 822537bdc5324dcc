"""PostgreSQL that cannot be reached. Commands that need no rows (makemigrations, collectstatic) still work."""

from typing import Any, NoReturn

from django.db.backends.postgresql import base
from django.db.utils import OperationalError


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> NoReturn:
        raise OperationalError(
            "The portal's services are not running. Start them with `make run` in another terminal, "
            "or set DATABASE_URL to a PostgreSQL of your own."
        )
