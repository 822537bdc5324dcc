"""What the role the portal runs under may do with the journal: read, add, erase salts; nothing else."""

from typing import Any

from django.db import connection

APP_ROLE = "portal_app"

RIGHTS = f"""
revoke all on audit_event, audit_chain, audit_checkpoint, audit_salt from {APP_ROLE};
grant select, insert on audit_event, audit_checkpoint to {APP_ROLE};
grant select on audit_chain to {APP_ROLE};
grant select, insert, delete on audit_salt to {APP_ROLE};
"""


def restrict_app_role(**_signal: Any) -> bool:
    """Set the rights of the app role; False when the installation has no such role (the owner runs the portal)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from pg_roles where rolname = %s and to_regclass('audit_salt') is not null", [APP_ROLE]
        )
        if not cursor.fetchone():
            return False
        cursor.execute(RIGHTS)
    return True
