# Builds the portal as one static binary and runs it without privileges.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /portal ./cmd/portal && mkdir /data

FROM scratch
COPY --from=build /portal /portal
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
ENV PORTAL_ADDR=0.0.0.0:8080 PORTAL_DATA=/data PORTAL_LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/portal", "healthcheck"]
ENTRYPOINT ["/portal"]
