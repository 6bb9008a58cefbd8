import type { Launch, LaunchFile } from "./launch-target.ts";

/** Python is in every image of these engines, curl is not. */
export const healthCommand = ({ health: { port, path } }: Pick<Launch, "health">): string =>
  `curl -fsS -o /dev/null http://127.0.0.1:${port}${path} || python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:${port}${path}', timeout=5)"`;

/** Waits until the engine answers: loading takes minutes. */
export function healthScript({ health: { port, path } }: Pick<Launch, "health">): LaunchFile {
  const text = `#!/bin/sh
# Waits until the engine on this machine is ready, at most so many seconds:
#   sh health.sh [1800]
set -eu
limit=\${1:-1800}
url=http://127.0.0.1:${port}${path}
ask() {
  if command -v curl >/dev/null 2>&1; then curl -fsS -o /dev/null --noproxy '*' "$url" 2>/dev/null
  else wget -q -O /dev/null --no-proxy "$url" 2>/dev/null
  fi
}
waited=0
until ask; do
  [ "$waited" -lt "$limit" ] || { echo "not ready after $limit s: $url" >&2; exit 1; }
  sleep 5
  waited=$((waited + 5))
done
echo "ready: $url"
`;
  return { path: "health.sh", text };
}
