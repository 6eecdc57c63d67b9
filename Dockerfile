# walint in a container: docker run --rm --volume "$PWD:/src:ro" walint check
FROM python:3.13-slim AS build
COPY . /source
RUN python -m venv --without-pip /opt/walint \
    && pip --python /opt/walint/bin/python install --no-cache-dir --disable-pip-version-check /source

FROM python:3.13-slim
# `check --since` asks git, which refuses a folder that belongs to another user, as a mounted one does.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --no-install-recommends --yes git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*' \
    && useradd --uid 1000 walint
COPY --from=build /opt/walint /opt/walint
ENV PATH=/opt/walint/bin:$PATH
USER 1000:1000
WORKDIR /src
ENTRYPOINT ["walint"]
CMD ["check"]
