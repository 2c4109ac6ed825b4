# One image with every app; the command says which: node apps/<app>/dist/main.js

# Only what npm ci reads, so that its layers are built again only when the dependencies change.
FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS manifests
WORKDIR /fleet
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json -delete && find . -type d -empty -delete

FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS production-dependencies
WORKDIR /fleet
COPY --from=manifests /fleet .
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
WORKDIR /fleet
COPY --from=manifests /fleet .
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && find apps libs -mindepth 2 -maxdepth 2 ! -name dist ! -name package.json -exec rm -r {} +

FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
# Small heaps, as in scripts/bootstrap/app-environment.mjs.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=16 \
    MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_TRIM_THRESHOLD_=8388608 MALLOC_TOP_PAD_=1048576
WORKDIR /fleet
COPY --from=production-dependencies /fleet .
COPY --from=build /fleet/libs libs
COPY --from=build /fleet/apps apps
# By number: Kubernetes' runAsNonRoot takes no name. No app needs a shell, or writes to the image.
USER 1000:1000
CMD ["node", "apps/command-api/dist/main.js"]
