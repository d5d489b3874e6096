# Three services from one file: `trainer` and `backend` share their layers, torch included; `dashboard` has no torch.
# Dependencies are layers of their own: editing code reinstalls nothing.

FROM python:3.11-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN useradd --uid 10001 --create-home iterscope
WORKDIR /app
COPY requirements.lock ./

FROM base AS compute
# An index of CPU-only wheels of torch makes images of 1 GB instead of 6: --build-arg TORCH_INDEX_URL=…
ARG TORCH_INDEX_URL=
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --constraint requirements.lock ${TORCH_INDEX_URL:+--extra-index-url "$TORCH_INDEX_URL"} torch torchvision
# Without code beside it, pyproject.toml is a package of dependencies only; the README that it names may be empty.
COPY pyproject.toml ./
RUN touch README.md
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --constraint requirements.lock ${TORCH_INDEX_URL:+--extra-index-url "$TORCH_INDEX_URL"} ".[trainer,backend,postgresql]" \
 && rm -rf build iterscope.egg-info
COPY iterscope iterscope
COPY db db
# The volume takes its owner from the image.
RUN install -d -o iterscope -g iterscope /data
ENV ITERSCOPE_HOME=/data
VOLUME /data
USER iterscope

FROM compute AS trainer
COPY trainer trainer
# Healthy: the database answers.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, db; db.open_store(os.environ.get('ITERSCOPE_DATABASE_URL') or '/data', migrate=False, busy_timeout=4).runs.list()"]
CMD ["python", "-m", "trainer", "watch", "--demo"]

FROM compute AS backend
COPY backend backend
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["python", "-m", "backend", "--host", "0.0.0.0", "--port", "8000"]

FROM base AS dashboard
COPY pyproject.toml ./
RUN touch README.md
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --constraint requirements.lock ".[dashboard]" \
 && rm -rf build iterscope.egg-info
COPY dashboard dashboard
ENV DASH_DISABLE_VERSION_CHECK=true
USER iterscope
EXPOSE 8050
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8050/', timeout=4)"]
CMD ["python", "-m", "dashboard", "--host", "0.0.0.0", "--port", "8050"]
