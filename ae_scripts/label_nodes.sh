#!/bin/sh
# Labels the GPU nodes: SHARE=1 for HydraServe and Serverless vLLM, SHARE=0 for ServerlessLLM.
# Usage: SHARE=1 sh ./label_nodes.sh
cd "$(dirname "$0")/.." && PATH="$PATH:$PWD/.build/release" && export PATH || exit 1
command -v label-nodes > /dev/null || { echo "label-nodes is not built; run \`make build\` first." >&2; exit 1; }
exec label-nodes "$@"
