#!/bin/sh
# Starts the server of a serving system, with the published arguments; file names in options count from the checkout.
# Usage: sh ./start_server.sh 0 $exec_type $model_set $backend 0 0
#    or: sh ./start_server.sh 1 $exec_type 3 hybrid $cv $req_rate
cd "$(dirname "$0")/.." && PATH="$PATH:$PWD/.build/release" && export PATH || exit 1
command -v start-server > /dev/null || { echo "start-server is not built; run \`make build\` first." >&2; exit 1; }
exec start-server "$@"
