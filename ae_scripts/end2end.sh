#!/bin/sh
# Runs an hour of the production workload on the server that was started; file names in options count from the checkout.
# Usage: sh ./end2end.sh $exec_type $cv $req_rate
cd "$(dirname "$0")/.." && PATH="$PATH:$PWD/.build/release" && export PATH || exit 1
command -v end2end > /dev/null || { echo "end2end is not built; run \`make build\` first." >&2; exit 1; }
exec end2end "$@"
