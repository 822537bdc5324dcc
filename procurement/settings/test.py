"""Tests run on the same real PostgreSQL and broker, started on demand and shared by the sessions of one PORTAL_VAR.

Importing this module joins them (procurement.embedded.testbed); they leave by themselves after the last session.
"""

import os
from zlib import crc32

from procurement.embedded.layout import Layout
from procurement.embedded.testbed import join
from procurement.settings.base import *  # noqa: F403
from procurement.settings.base import CELERY_BROKER_TRANSPORT_OPTIONS, PORTAL, STORAGES, VAR_DIR
from procurement.settings.environment import database

TEST_LAYOUT = Layout(VAR_DIR / "test")
TEST_SERVICES, _held_while_testing = join(TEST_LAYOUT)

#: One per session, inherited by its parallel workers: several people may test at once.
TEST_RUN = os.environ.setdefault("PORTAL_TEST_RUN", str(os.getpid()))
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")

DEBUG = False
SECRET_KEY = "only-for-tests-" + "k" * 50
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

#: As the schema's owner: tests create, migrate and flush. The `app_role` fixture steps down to the served role.
#: The append-only triggers let TRUNCATE pass only where this option is set and the database is called test_….
_flush = "-c portal.test_flush=on"
DATABASES = {"default": {**database(TEST_SERVICES.database_owner_url, _flush), "CONN_MAX_AGE": 0}}
DATABASES["default"]["NAME"] = os.environ.get("PORTAL_TEST_DATABASE", "portal")
DATABASES["default"]["TEST"] = {"NAME": f"test_portal_{TEST_RUN}"}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
#: A broker database of its own for each session and worker; the prefix guards against a rare collision.
CELERY_BROKER_URL = TEST_SERVICES.broker_url.removesuffix("/0") + f"/{2 + crc32(f'{TEST_RUN}{_worker}'.encode()) % 60}"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **CELERY_BROKER_TRANSPORT_OPTIONS,
    "global_keyprefix": f"{TEST_RUN}:{_worker}:",
}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True

#: Files of a session live in a directory of their own; conftest removes it, after a crash the keeper does.
TEST_FILES = TEST_LAYOUT.files / TEST_RUN
MEDIA_ROOT = TEST_FILES / _worker / "media"
EMAIL_FILE_PATH = TEST_FILES / _worker / "mail"
PORTAL = {
    **PORTAL,
    "DEMO": True,
    "CHECKPOINT_DIR": TEST_FILES / _worker / "checkpoints",
    "KEY_DIR": TEST_FILES / _worker / "keys",
    "SHARE_STRENGTH": (1, 8192),
}
