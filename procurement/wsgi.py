"""The door for a WSGI server (gunicorn)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings.embedded")

application = get_wsgi_application()
# What start-up made lives as long as the process. A full collection that walks it all stops a request for a second.
gc.collect()
gc.freeze()
