# syntax=docker/dockerfile:1

# The version that the tests run on. Debian, because the ONNX runtime needs glibc.
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS packages
# What better-sqlite3 and hnswlib-node are compiled with. It stays in this stage, so its versions need not be pinned.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Node's own headers are in the image: compiling needs no download of them.
RUN npm_config_nodedir=/usr/local npm ci --omit=dev --no-audit --no-fund
COPY deploy/prune-packages.sh deploy/
RUN sh deploy/prune-packages.sh node_modules

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
  # All addresses of the container: its port is reachable only where it is published. The default is the loopback address.
  HOST=0.0.0.0 \
  DOCUMENTS_DIR=/documents \
  # Without DATABASE_URL, the index and what people said are here: the only folder that must be writable, beside /tmp.
  INDEX_DIR=/data/index \
  DATA_DIR=/data/state
WORKDIR /app
COPY --from=packages /app/node_modules node_modules/
COPY package.json LICENSE ./
COPY models models/
COPY presentation presentation/
COPY index index/
COPY server server/
COPY scripts scripts/
COPY deploy/probe.mjs deploy/
# Nothing can be written here later, and a start that has to compile first takes longer.
RUN node scripts/precompile.js start build-index copy-index add ask verify mcp feedback
# Files in the image belong to root, so that the server cannot change itself. A new volume at /data takes its owner from here.
RUN mkdir -p /documents /data && chown 1000:1000 /data
USER 1000:1000
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "deploy/probe.mjs", "/health"]
# Node itself is process 1, and gets the signals.
CMD ["node", "--min-semi-space-size=8", "--max-semi-space-size=8", "scripts/run.js", "start"]
