"""What every installation shares. Differences live in embedded, production and test."""

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from procurement.settings.environment import object_store, setting

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "django_cotton",
    "csp",
    "axes",
    "pgtrigger",
    "procurement.privacy",
    "procurement.rules",
    "procurement.access",
    "procurement.audit",
    "procurement.calendars",
    "procurement.money",
    "procurement.ui",
    "procurement.accounts",
    "procurement.documents",
    "procurement.statistics",
    "procurement.registers",
    "procurement.search",
    "procurement.notices",
    "procurement.lifecycle",
    "orgs",
    "catalogs",
    "projects",
    "evaluation",
    "procurement.dossier",
    "procurement.api",
    "procurement",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "procurement.ui.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "procurement.access.middleware.ActorMiddleware",
    "procurement.audit.origin.OriginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "procurement.accounts.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "procurement.urls"
WSGI_APPLICATION = "procurement.wsgi.application"
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "procurement.ui.context.page_furniture",
            ],
        },
    }
]
FORM_RENDERER = "procurement.ui.forms.HouseFormRenderer"
COTTON_DIR = "components"
#: A component sees its own props and the page furniture, never a stray variable of the page that uses it.
COTTON_ISOLATE_BY_DEFAULT = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
#: Amounts are grouped by their own filters; a year, a version or an SVG attribute must never read 2,026.
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/never-served-directly/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    **object_store(),
}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
#: One function decides what a client's address is, for the lock-out as for the journal: forged headers count nothing.
AXES_CLIENT_IP_CALLABLE = "procurement.audit.origin.client_address"
AXES_LOCKOUT_CALLABLE = "procurement.accounts.views.sign_in.locked_out"
#: Sign-in through the authority's own OpenID Connect service; off without an issuer.
OIDC = {
    "issuer": setting("OIDC_ISSUER"),
    "client_id": setting("OIDC_CLIENT_ID"),
    "client_secret": setting("OIDC_CLIENT_SECRET"),
    "name": setting("OIDC_NAME", "统一身份认证"),
}
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "worklist"
LOGOUT_REDIRECT_URL = "home"

SESSION_COOKIE_AGE = 28_800
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
}
SPECTACULAR_SETTINGS = {"TITLE": "政府购买社会组织服务平台 API", "VERSION": "1", "OAS_VERSION": "3.1.0"}

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A commit that wakes the worker must not wait for a broker that is away (six seconds by default).
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "socket_connect_timeout": 3,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
#: All only look into tables; an entry that waited longer than its own interval is dropped, the next looks again.
CELERY_BEAT_SCHEDULE = {
    "audit-checkpoint": {
        "task": "procurement.audit.tasks.checkpoint",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "heartbeat": {"task": "procurement.heartbeat", "schedule": 10.0, "options": {"expires": 10}},
    "notices-dispatch": {
        "task": "procurement.notices.tasks.dispatch",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "notices-sweep": {
        "task": "procurement.notices.tasks.sweep",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "documents-requeue": {
        "task": "documents.requeue_lost_jobs",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "documents-sweep": {
        "task": "documents.sweep_orphans",
        "schedule": 86_400.0,
        "options": {"expires": 3_600},
    },
}

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = "portal@localhost"

#: Personal data never enters the journal; only salted hashes of it do (procurement.audit).
PORTAL = {
    "DEMO": False,
    "DEMO_MFA": False,
    # How many proxies of ours stand in front; only as many entries of X-Forwarded-For are believed, from the right.
    "PROXY_COUNT": 0,
    "CHECKPOINT_DIR": VAR_DIR / "checkpoints",
    "UPLOAD_MAX_BYTES": 20 * 1024 * 1024,
    # What one guess at a custodian's passphrase costs: (passes, bytes of memory); None takes libsodium's "moderate".
    "SHARE_STRENGTH": None,
    # Registered with the Open Contracting helpdesk; the default is for demonstrations only.
    "OCID_PREFIX": os.environ.get("OCID_PREFIX", "ocds-abc123"),
    "SITE_NAME": _("政府购买社会组织服务平台"),
    # What 国办发〔2017〕47号 asks of a government site's foot; an empty one is hidden, never invented.
    "SITE": {
        "domain": os.environ.get("SITE_DOMAIN", ""),
        "organiser": os.environ.get("SITE_ORGANISER", ""),
        "contact": os.environ.get("SITE_CONTACT", ""),
        "id_code": os.environ.get("SITE_ID_CODE", ""),
        "icp": os.environ.get("SITE_ICP", ""),
        "police_record": os.environ.get("SITE_POLICE_RECORD", ""),
    },
}
