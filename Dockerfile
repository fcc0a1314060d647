# Two stages: the first installs, the second only runs. No build tool, no root in the second.
#
#   docker build -t arbitrage .
#   docker run --rm --env-file .env -v arbitrage:/var/lib/arbitrage arbitrage migrate
#   docker run --env-file .env -v arbitrage:/var/lib/arbitrage arbitrage

FROM python:3.12-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/arbitrage \
    && /opt/arbitrage/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
    && rm -rf /opt/arbitrage/lib/python3.12/site-packages/pip*

FROM python:3.12-slim-bookworm
# Above the range of system users, and the same on every machine: volumes keep their owner.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin arbitrage \
    && mkdir -p /var/lib/arbitrage && chown 10001:10001 /var/lib/arbitrage
COPY --from=build /opt/arbitrage /opt/arbitrage
WORKDIR /srv/arbitrage
COPY bot ./bot
COPY migrations ./migrations
COPY config ./config
ENV PATH=/opt/arbitrage/bin:$PATH \
    PYTHONPATH=/srv/arbitrage \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////var/lib/arbitrage/arbitrage.db \
    LOG_FORMAT=json
USER 10001
VOLUME /var/lib/arbitrage
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
