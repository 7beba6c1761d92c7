#!/bin/sh
# Measures the cold starts of the server that was started; file names in options count from the checkout.
# Usage: sh ./coldstart.sh $exec_type $model_set $backend
cd "$(dirname "$0")/.." && PATH="$PATH:$PWD/.build/release" && export PATH || exit 1
command -v coldstart > /dev/null || { echo "coldstart is not built; run \`make build\` first." >&2; exit 1; }
exec coldstart "$@"
