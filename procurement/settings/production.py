"""Behind a TLS proxy, with real servers. Refuses to start with an unsafe setting, naming each one.

Every value may also come from a file: NAME_FILE instead of NAME (procurement.settings.environment).
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from procurement.settings.base import *  # noqa: F403
from procurement.settings.base import PORTAL, VAR_DIR
from procurement.settings.environment import cache, database, setting, switched_on, wants_owner
from procurement.settings.refusals import Claims, refusals

DEBUG = switched_on("DEBUG")
SECRET_KEY = setting("SECRET_KEY")
SECRET_KEY_FALLBACKS = [key for key in setting("SECRET_KEY_FALLBACKS").split() if key]
ALLOWED_HOSTS = setting("ALLOWED_HOSTS").split()
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

_app_url = setting("DATABASE_URL")
_owner_url = setting("DATABASE_OWNER_URL")
_as_owner = wants_owner(sys.argv)
_broker_url = setting("BROKER_URL")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = switched_on("SECURE_SSL_REDIRECT", "1")
#: The proxy's own probe speaks plain HTTP inside the network.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = int(setting("SECURE_HSTS_SECONDS", "63072000"))
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

SESSION_COOKIE_SECURE = switched_on("SESSION_COOKIE_SECURE", "1")
SESSION_COOKIE_NAME = "__Host-sid"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = switched_on("CSRF_COOKIE_SECURE", "1")
CSRF_COOKIE_NAME = "__Host-csrf"
PASSWORD_RESET_TIMEOUT = 3_600

STATIC_ROOT = Path(setting("STATIC_ROOT", str(VAR_DIR / "static")))
MEDIA_ROOT = Path(setting("MEDIA_ROOT", str(VAR_DIR / "media")))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = setting("EMAIL_HOST", "localhost")
EMAIL_PORT = int(setting("EMAIL_PORT", "25"))
EMAIL_HOST_USER = setting("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = setting("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = switched_on("EMAIL_USE_TLS", "0")
DEFAULT_FROM_EMAIL = setting("DEFAULT_FROM_EMAIL", "portal@localhost")

PORTAL = {
    **PORTAL,
    "DEMO": switched_on("PORTAL_DEMO"),
    # ours; its X-Forwarded-For is the address a lock-out counts and the journal keeps
    "PROXY_COUNT": int(setting("PROXY_COUNT", "1")),
    "CHECKPOINT_DIR": Path(setting("CHECKPOINT_DIR", str(VAR_DIR / "checkpoints"))),
    # a key made in silence could not be told from a stolen place, so production brings its own
    "KEY_DIR": Path(setting("KEY_DIR", str(VAR_DIR / "keys"))),
    "KEY_CREATE": False,
    "BASE_URL": setting("BASE_URL", f"https://{ALLOWED_HOSTS[0]}" if ALLOWED_HOSTS else ""),
}

_refusals = refusals(
    Claims(
        debug=DEBUG,
        demo=bool(PORTAL["DEMO"]),
        secret_key=SECRET_KEY,
        hosts=ALLOWED_HOSTS,
        secure_cookies=SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE,
        ssl_redirect=SECURE_SSL_REDIRECT,
        hsts_seconds=SECURE_HSTS_SECONDS,
        database_url=_app_url,
        owner_url=_owner_url,
        owner_needed=_as_owner,
        broker_url=_broker_url,
    )
)
if _refusals:
    raise ImproperlyConfigured("The portal refuses to start:\n" + "\n".join(f"  - {text}" for text in _refusals))

DATABASES = {"default": database(_owner_url if _as_owner else _app_url)}
CELERY_BROKER_URL = _broker_url
CACHES = {"default": cache(setting("CACHE_URL", f"{urlsplit(_broker_url)._replace(path='/1').geturl()}"))}

#: To standard output, one event a line, without request bodies; tracebacks never travel by mail.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["stdout"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["stdout"], "level": "INFO", "propagate": False}},
}
