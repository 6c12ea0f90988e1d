#!/usr/bin/env bash
# Install system libraries that are missing (Debian, Ubuntu): system-packages.sh build|run|test [PYTHON]
# build: compiler and headers for durable-rules; run: Pango for letters; test: chromium, fonts and poppler for the browser
# and PDF tests. Says what it does; without root or sudo it says what is missing and goes on.
set -euo pipefail
purpose=$1 python=${2:-python3}
missing=()

has_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }
need() { missing+=("$1"); }

if [ "$purpose" = build ]; then
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null \
        || { echo "Python 3.11 or 3.12 is needed (found: $("$python" --version 2>&1)). Set PYTHON=…" >&2; exit 1; }
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    command -v gcc >/dev/null || need gcc
    "$python" -c 'import os, sysconfig, sys; sys.exit(not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")))' \
        || need "python$version-dev"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || need "python$version-venv"
else
    has_library libpango-1.0.so.0 || need libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || need libpangoft2-1.0-0
    has_library libharfbuzz-subset.so.0 || need libharfbuzz-subset0      # Japanese letters about 15 times faster
    command -v msgfmt >/dev/null || need gettext
fi
if [ "$purpose" = test ]; then
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || need chromium
    command -v pdftoppm >/dev/null || need poppler-utils
    command -v msguniq >/dev/null || need gettext
fi
[ ${#missing[@]} -eq 0 ] && exit 0

echo "System packages missing: ${missing[*]}"
if ! command -v apt-get >/dev/null; then
    echo "No apt-get here: please install them by hand." >&2
    exit 0
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null; then sudo="sudo"; else
        echo "Neither root nor sudo: please install them by hand: apt-get install ${missing[*]}" >&2
        exit 0
    fi
fi
echo "Installing them …"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
