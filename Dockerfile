# syntax=docker/dockerfile:1
# The product (target `app`: web, worker, beat and the one-shot jobs) and the proxy in front of it (target `proxy`).

# ---------------------------------------------------------------------------- build: everything that needs tools
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements/production.txt /tmp/production.txt
RUN pip install --require-hashes --requirement /tmp/production.txt
WORKDIR /app
COPY . .
# The values below only let Django start in this step; none of them is in the image afterwards.
RUN KIJK_ENVIRONMENT=production \
    SECRET_KEY=only-for-the-build \
    KIJK_MASTER_KEYS=1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=postgresql://nobody@127.0.0.1:1/none \
    REDIS_URL=redis://127.0.0.1:1/0 \
    KIJK_PUBLIC_URL=https://build.example \
    KIJK_MAIL_FROM=build@build.example \
    EMAIL_URL=smtps://127.0.0.1:1 \
    sh -c 'python manage.py compile_catalogues && python manage.py collectstatic --no-input' \
    && python -m compileall -q /app

# --------------------------------------------------------------------------------------------- app: what runs
FROM python:3.11-slim-bookworm AS app
# Pango and HarfBuzz draw the PDFs; the fonts are the product's own.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 kijk \
    && useradd --uid 10001 --gid kijk --no-create-home --home-dir /tmp --shell /usr/sbin/nologin kijk \
    && install -d -o kijk -g kijk -m 0750 /data
# Owned by root and read-only for the process: what runs cannot change itself.
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp \
    KIJK_ENVIRONMENT=production \
    KIJK_CHECKPOINT_DIR=/data/checkpoints
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", "0.0.0.0:8000", "kijk.wsgi"]

# -------------------------------------------------------------------------------- proxy: TLS, and nothing else
FROM caddy:2.10-alpine AS proxy
# It listens above 1024, so it needs neither root nor the capability its program carries.
RUN setcap -r /usr/bin/caddy \
    && adduser -D -H -u 10002 proxy \
    && chown -R proxy /data /config
COPY deploy/Caddyfile /etc/caddy/Caddyfile
USER 10002:10002
EXPOSE 8080 8443

# Last, so that a build without a target gives the product.
FROM app
