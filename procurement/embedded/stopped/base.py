"""PostgreSQL that cannot be reached. Commands that need no rows (makemigrations, collectstatic) still work."""

from typing import Any, NoReturn

from django.db.backends.postgresql import base

from procurement.embedded.stopped import ServicesStopped


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> NoReturn:
        raise ServicesStopped
