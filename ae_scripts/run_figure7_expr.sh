#!/bin/sh
# Runs the 15 settings of Figure 7 and draws it; options go to `reproduce figure7`.
# Usage: sh ./run_figure7_expr.sh
cd "$(dirname "$0")/.." && PATH="$PATH:$PWD/.build/release" && export PATH || exit 1
command -v reproduce > /dev/null || { echo "reproduce is not built; run \`make build\` first." >&2; exit 1; }
exec reproduce figure7 "$@"
