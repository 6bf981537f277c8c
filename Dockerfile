# docker build --tag hectare .
# docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/fleet" hectare build
FROM rust:1.95.0-alpine3.23@sha256:606fd313a0f49743ee2a7bd49a0914bab7deedb12791f3a846a34a4711db7ed2 AS build
# mimalloc and ring are compiled from C.
RUN apk add --no-cache build-base
WORKDIR /hectare
COPY Cargo.toml Cargo.lock build.rs ./
# The program carries its themes and its manual with it.
COPY benches benches
COPY docs docs
COPY src src
COPY themes themes
RUN cargo build --locked --release --bin hectare

FROM scratch
# Whom to trust on the way to hosts.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /hectare/target/release/hectare /usr/local/bin/hectare
USER 65534:65534
WORKDIR /fleet
ENTRYPOINT ["/usr/local/bin/hectare"]
