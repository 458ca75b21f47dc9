# The image holds the binary, the shared libraries that it needs and nothing else: no shell, no package
# manager. docs/container.md says how to use it.

FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      binutils cmake g++ libboost1.81-dev libc-ares-dev libcli11-dev libfmt-dev libhiredis-dev libnghttp2-dev libre2-dev libspdlog-dev libssl-dev libxxhash-dev \
      ninja-build nlohmann-json3-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY CMakeLists.txt ./
COPY cmake cmake
COPY include include
COPY src src
RUN cmake -S . -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DHEADGATE_TESTS=OFF -DHEADGATE_BENCHMARKS=OFF \
    && cmake --build /build --target headgate
COPY docker docker
RUN docker/assemble-root /build/src/headgate docker/default.json /root-of-image

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="headgate" \
      org.opencontainers.image.description="HTTP reverse proxy and load balancer: one binary, one config.json" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.documentation="docs/container.md"
COPY --from=build /root-of-image/ /
USER 65532:65532
# Relative paths of a configuration, "logs" above all, start here. The folders to mount are /etc/headgate and
# /var/log/headgate. They are not declared with VOLUME: that leaves an anonymous volume behind for each container, cannot
# be undone by an image that builds on this one, and some tools (buildah run) then hide a folder that is mounted there.
WORKDIR /var/log/headgate
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["/usr/bin/headgate", "healthcheck", "--config", "/etc/headgate/config.json", "--fallback", "127.0.0.1:8080"]
ENTRYPOINT ["/usr/bin/headgate"]
CMD ["run", "--config", "/etc/headgate/config.json"]
