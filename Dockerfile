# The Sayso server. docs/run/containers.md says how to build and run it.

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY requirements/run.txt requirements/
COPY tools/hatch_build.py tools/node.py tools/
COPY migrations migrations/
COPY server server/
COPY widget widget/
# Builds the widget too: the build hook gets Node as a wheel.
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir dist .
RUN python -m venv --without-pip /opt/sayso
RUN python -m pip --python /opt/sayso install --no-cache-dir --constraint requirements/run.txt dist/*.whl

FROM python:3.13-slim
COPY --from=build /opt/sayso /opt/sayso
# A new volume takes over owner and mode of this directory.
RUN install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/sayso
ENV PATH=/opt/sayso/bin:$PATH SAYSO_DATA_DIR=/var/lib/sayso
USER 10001:10001
VOLUME /var/lib/sayso
EXPOSE 8300
# Liveness only: a restart does not bring a database back.
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8300, timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["sayso"]
CMD ["serve", "--host", "0.0.0.0"]
