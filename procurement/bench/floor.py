"""The bare floor: a whole Django site in one file, served the way the portal is.

One query with three conditions, in the order of its index, and one template. No middleware, no sign-in, no layout:
what any list of the portal costs at the very least on this machine. `FLOOR_DATABASE_URL` names the database.
"""

import os
import uuid
from decimal import Decimal

import dj_database_url
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>List</title></head><body><table>
{% for row in rows %}<tr><td>{{ row.number }}</td><td>{{ row.title }}</td><td>{{ row.status }}</td>
<td>{{ row.requested_amount }}</td><td>{{ row.granted_amount|default:"" }}</td><td>{{ row.place }}</td>
<td>{{ row.created_at|date:"Y-m-d H:i" }}</td></tr>{% endfor %}</table></body></html>"""
SHOWN = ("number", "title", "status", "requested_amount", "granted_amount", "place", "created_at")
#: The states of the partial index that the portal's public lists walk.
PUBLIC = (
    "approved", "ready_to_sign", "in_progress", "suspended", "rectifying", "closing", "rectifying_final", "closed",
    "closed_failed", "terminated", "archived",
)  # fmt: skip

if not settings.configured:
    settings.configure(
        DEBUG=False,
        SECRET_KEY=uuid.uuid4().hex,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": dj_database_url.parse(os.environ["FLOOR_DATABASE_URL"], conn_max_age=60)},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "NAME": "django"}],
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        MIDDLEWARE=[],
    )
    application = get_wsgi_application()


class Row(models.Model):
    """The columns a list shows, of the portal's own table and rows."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    status = models.CharField(max_length=40)
    place = models.CharField(max_length=200)
    requested_amount = models.DecimalField(max_digits=14, decimal_places=2)
    granted_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    created_at = models.DateTimeField()

    objects: models.Manager["Row"] = models.Manager()

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "projects_application"

    def __str__(self) -> str:
        return self.number


def rows(request: HttpRequest) -> HttpResponse:
    wanted = int(request.GET["rows"])
    found = (
        Row.objects.filter(status__in=PUBLIC, requested_amount__gt=Decimal(0), place__gt="")
        .order_by("-created_at", "id")
        .values(*SHOWN)[:wanted]
    )
    return HttpResponse(_template.render({"rows": list(found)}, request))


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"ok")


_template = engines["django"].from_string(PAGE)
urlpatterns = [path("rows/", rows), path("healthz", ready)]
