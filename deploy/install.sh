#!/bin/sh
# Installs Mustanad from the folder that this script lies in, asking no registry: sh install.sh [TARGET]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=${1:-/opt/mustanad}
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "install.sh: $("$python" --version) is too old; name Python 3.11 or later in PYTHON" >&2
    exit 2
}
mkdir -p "$target"
"$python" -m venv "$target/venv"
# PIP_CONFIG_FILE: nothing of this machine's own settings leads pip elsewhere.
PIP_CONFIG_FILE=/dev/null "$target/venv/bin/python" -m pip install --upgrade --quiet --disable-pip-version-check \
    --no-index --find-links "$here/wheels" "mustanad[formats]"
cp -R "$here/seeds" "$here/docs" "$here/deploy" "$target/"
"$target/venv/bin/mustanad" settings > /dev/null
echo "Mustanad is in $target; look at it with: $target/venv/bin/mustanad doctor"
