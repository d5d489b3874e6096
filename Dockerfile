# Three services from one file: `trainer` and `backend` share their layers, including torch; `dashboard` has no torch.
# Dependencies are in separate layers, so a change of code doesn't reinstall them.

FROM python:3.11-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN useradd --uid 10001 --create-home iterscope
WORKDIR /app
COPY requirements.lock ./

FROM base AS compute
# With an index of CPU-only torch wheels, images have 1 GB instead of 6: --build-arg TORCH_INDEX_URL=…
ARG TORCH_INDEX_URL=
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --constraint requirements.lock ${TORCH_INDEX_URL:+--extra-index-url "$TORCH_INDEX_URL"} torch torchvision
# Without code, pyproject.toml installs only the dependencies; the README that it names may be empty.
COPY pyproject.toml LICENSE ./
RUN touch README.md
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --constraint requirements.lock ${TORCH_INDEX_URL:+--extra-index-url "$TORCH_INDEX_URL"} ".[app,postgresql]" \
 && rm -rf build iterscope.egg-info
COPY iterscope iterscope
COPY iterscope_guard iterscope_guard
COPY db/iterscope_db iterscope_db
# The volume inherits its owner from the image.
RUN install -d -o iterscope -g iterscope /data
ENV ITERSCOPE_HOME=/data
VOLUME /data
USER iterscope

FROM compute AS trainer
COPY trainer/iterscope_trainer iterscope_trainer
# The trainer is healthy if the database responds.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, iterscope_db; iterscope_db.open_store(os.environ.get('ITERSCOPE_DATABASE_URL') or '/data', migrate=False, busy_timeout=4).runs.list()"]
CMD ["python", "-m", "iterscope_trainer", "watch", "--demo"]

FROM compute AS backend
COPY backend/iterscope_backend iterscope_backend
EXPOSE 8000
# A service that asks for its token (401) is healthy too. A container alone makes one and prints it: docker-compose.yml does without.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/health'); raise SystemExit(c.getresponse().status not in (200, 401))"]
CMD ["python", "-m", "iterscope_backend", "--host", "0.0.0.0", "--port", "8000"]

FROM base AS dashboard
COPY pyproject.toml LICENSE ./
# Install the dependencies of the extra `dashboard` without those of the library (no torch), then the package itself for its version.
RUN touch README.md \
 && python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['dashboard'], sep='\n')" > dashboard.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --constraint requirements.lock --requirement dashboard.txt \
 && pip install --no-deps . \
 && rm -rf build iterscope.egg-info
COPY iterscope_guard iterscope_guard
COPY views/iterscope_views iterscope_views
COPY dashboard/iterscope_dashboard iterscope_dashboard
ENV DASH_DISABLE_VERSION_CHECK=true
USER iterscope
EXPOSE 8050
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8050, timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status not in (200, 401))"]
CMD ["python", "-m", "iterscope_dashboard", "--host", "0.0.0.0", "--port", "8050"]
