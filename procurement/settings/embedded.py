"""One machine, one command: `make run`. Also what `manage.py` uses unless told otherwise.

PORTAL_DEBUG=1 shows tracebacks and serves static files straight from the source tree.
"""

import sys

from procurement.embedded.layout import Layout
from procurement.embedded.services import running
from procurement.settings.base import *  # noqa: F403
from procurement.settings.base import PORTAL, STORAGES, VAR_DIR
from procurement.settings.environment import cache, database, setting, switched_on, wants_owner

_layout = Layout(VAR_DIR)
_layout.create()
_services = running(_layout)
_app_url = setting("DATABASE_URL", _services.database_url if _services else "")
_owner_url = setting("DATABASE_OWNER_URL", _services.database_owner_url if _services else _app_url)

DEBUG = switched_on("PORTAL_DEBUG")
SECRET_KEY = _layout.secret("django_key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]

if _app_url:
    DATABASES = {"default": database(_owner_url if wants_owner(sys.argv) else _app_url)}
else:
    DATABASES = {"default": {"ENGINE": "procurement.embedded.stopped", "NAME": "portal"}}

CELERY_BROKER_URL = setting("BROKER_URL", _services.broker_url if _services else "redis://127.0.0.1:1/0")
CACHES = {"default": cache(setting("CACHE_URL", _services.cache_url if _services else CELERY_BROKER_URL))}

WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
if DEBUG:
    STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

PORTAL = {
    **PORTAL,
    "DEMO": switched_on("PORTAL_DEMO", "1"),
    "DEMO_MFA": switched_on("DEMO_MFA"),
    "BASE_URL": f"http://127.0.0.1:{setting('PORT', '8000')}",
}
