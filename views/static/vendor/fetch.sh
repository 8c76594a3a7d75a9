#!/bin/sh
# Fetches the vendored files named in manifest.json from npm and prints their hashes.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" htmx.org@2.0.11 >/dev/null
tar xzf "$work"/htmx.org-2.0.11.tgz -C "$work"
cp "$work"/package/dist/htmx.min.js htmx.min.js
cp "$work"/package/LICENSE htmx.LICENSE
openssl dgst -sha384 -binary htmx.min.js | base64
