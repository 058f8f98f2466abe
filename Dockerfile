# The server with everything it needs, its own PostgreSQL included. DATABASE_URL names another one, as
# docker-compose.yml does. docs/deployment.md tells how to run it.

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /build
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml .pnpmfile.cjs turbo.json ./
COPY tooling tooling
COPY packages packages
COPY apps apps
# A member of the workspace, so that the lock file fits; nothing of it gets into the image.
COPY benchmarks/package.json benchmarks/
RUN node tooling/bootstrap/run.mjs build
# Built files and dependencies for running, nothing else.
RUN node node_modules/pnpm/bin/pnpm.cjs --filter=@fedloom/cli deploy --prod --legacy /deployed

FROM node:20.20.2-bookworm-slim
RUN install --directory --owner=node --group=node --mode=0700 /data
COPY --from=build /deployed /opt/fedloom
COPY --chmod=755 tooling/docker/fedloom /usr/local/bin/fedloom
COPY LICENSE /opt/fedloom/
# Every address but this machine's asks for tokens: `fedloom token create --role admin` makes the first one.
ENV NODE_ENV=production \
    FEDLOOM_HOST=0.0.0.0 \
    FEDLOOM_PORT=8001 \
    FEDLOOM_NO_RELAY=1 \
    FEDLOOM_DATA_DIR=/data \
    FEDLOOM_PROGRESS_DIR=/data/progress
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.FEDLOOM_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["fedloom"]
CMD ["serve", "--no-run"]
