# Build:  docker build -t meeting-proxy .
# Run:    docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#           -v "$PWD/config:/etc/meeting-proxy:ro" -v meeting-proxy:/var/lib/meeting-proxy \
#           -p 127.0.0.1:8080:8080 meeting-proxy
#
# The detection model comes with the wheels: nothing is downloaded at start. Relative paths in the configuration
# (var/proxy.db, var/ledger) end up in the volume. In a container, set listen.host to 0.0.0.0; see docs/operations.md.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/meeting-proxy
WORKDIR /src
COPY requirements ./requirements
RUN /opt/meeting-proxy/bin/pip install --require-hashes -r requirements/build.lock \
 && /opt/meeting-proxy/bin/pip install --no-build-isolation --no-deps --require-hashes -r requirements/server.lock
COPY pyproject.toml README.md LICENSE ./
COPY config ./config
COPY docs/man ./docs/man
COPY proxy ./proxy
RUN /opt/meeting-proxy/bin/pip install --no-deps --no-build-isolation . \
 && /opt/meeting-proxy/bin/pip uninstall --yes pip \
 && /opt/meeting-proxy/bin/python -m compileall -q /opt/meeting-proxy/lib

FROM python:3.11-slim
RUN groupadd --system --gid 10001 meeting-proxy \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/meeting-proxy \
      --shell /usr/sbin/nologin meeting-proxy \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/meeting-proxy /var/lib/meeting-proxy/var
COPY --from=build /opt/meeting-proxy /opt/meeting-proxy
ENV PATH=/opt/meeting-proxy/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MEETING_PROXY_CONFIG=/etc/meeting-proxy/proxy.yaml
USER 10001:10001
WORKDIR /var/lib/meeting-proxy
VOLUME /var/lib/meeting-proxy
EXPOSE 8080 8081 8082
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import sys, urllib.request; sys.exit(urllib.request.urlopen('http://127.0.0.1:8081/readyz', timeout=4).status != 200)"]
ENTRYPOINT ["meeting-proxy", "serve"]
