# The portal's image: web, worker, beat and one-off commands. docker-compose.yml says which of them runs.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    PATH=/srv/portal/.venv/bin:$PATH

# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal

WORKDIR /srv/portal
COPY requirements/base.txt requirements/base.txt
RUN python -m venv .venv && pip install --require-hashes -r requirements/base.txt

COPY . .
# the embedded settings need no secret of production; only the static files of this step stay in the image
RUN PORTAL_VAR=/tmp/build python manage.py collectstatic --noinput \
    && mv /tmp/build/static static-root && rm -rf /tmp/build \
    && python -m procurement.embedded.translations \
    && install -d -o portal -g portal -m 0700 /var/lib/portal

ENV DJANGO_SETTINGS_MODULE=procurement.settings.production \
    STATIC_ROOT=/srv/portal/static-root PORTAL_VAR=/var/lib/portal
USER 10001
VOLUME /var/lib/portal
EXPOSE 8000
CMD ["gunicorn", "procurement.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "3", "--threads", "4", "--keep-alive", "75", "--timeout", "60", "--graceful-timeout", "30", \
     "--max-requests", "2000", "--max-requests-jitter", "200", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
