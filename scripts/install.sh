#!/usr/bin/env bash
# Install the pinned packages into a virtual environment: install.sh BIN run|dev
set -euo pipefail
bin=$1 set=$2
echo "Installing packages ($set) …"
# Build tools first and pinned: durable-rules is built from source without fetching anything else.
"$bin/pip" install -q --disable-pip-version-check --require-hashes -r requirements/build.lock
"$bin/pip" install -q --disable-pip-version-check --require-hashes --no-build-isolation -r "requirements/$set.lock"
