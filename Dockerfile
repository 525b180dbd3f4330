# Xunfang as an image: `docker build -t xunfang .`; compose.yaml runs two of it on one PostgreSQL.
#   docker run --rm -p 8080:8080 xunfang serve --demo small            a quick look
#   docker run -p 8080:8080 -v xunfang:/var/lib/xunfang xunfang        SQLite and the key in a volume
FROM docker.io/library/rust:1.95-trixie AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --locked --release && cp target/release/xunfang /xunfang

FROM docker.io/library/debian:trixie-slim
# Certificates are for a store of photos that speaks TLS.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
# A volume takes over owner and mode of the folder that it is mounted on.
RUN useradd --system --uid 10001 --home-dir /var/lib/xunfang xunfang && \
    install -d -m 700 -o xunfang -g xunfang /var/lib/xunfang /var/lib/xunfang/key /var/lib/xunfang/attachments
COPY --from=build /xunfang /usr/local/bin/xunfang
COPY deploy/is-ready /usr/local/bin/is-ready
COPY LICENSE /usr/share/doc/xunfang/LICENSE
USER xunfang
WORKDIR /var/lib/xunfang
ENV XUNFANG_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["is-ready"]
ENTRYPOINT ["xunfang"]
CMD ["serve"]
