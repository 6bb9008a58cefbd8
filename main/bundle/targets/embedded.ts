import { engineThreads } from "./engine-threads.ts";
import type { Launch, LaunchTarget } from "./launch-target.ts";

/** What `serve` takes at most (hosts/cli/commands/serve.ts). */
const MOST_THREADS = 256;
const MOST_SEQUENCES = 1024;

/** The engine that comes along: Node, ONNX Runtime and the package, from the folder itself. Nothing is installed and no network is asked. */
export function embedded({ id, model, arrangement, machine, port }: LaunchTarget): Launch {
  const { concurrency } = arrangement;
  const threads = Math.min(MOST_THREADS, engineThreads(machine));
  const sequences = Math.min(MOST_SEQUENCES, concurrency);
  return {
    image: null,
    command: () => [`${model.directory}/bundle/launch/${id}/serve.sh`],
    environment: {}, health: { port, path: "/health" }, mounts: [],
    files: [
      { path: "run.sh", text: program("# Answers one prompt, or talks:\n#   sh run.sh \"What is a sally port?\"\n#   sh run.sh --chat", 'run "$package" "$@"') },
      { path: "serve.sh", text: program("# The OpenAI-compatible API on this machine. The token that callers must send is in the file it names.", `serve --api --model "$package" --host 127.0.0.1 --port ${port} --threads ${threads} --max-sequences ${sequences} --token-file "$home/api-token" "$@"`, TOKEN) },
    ],
    remarks: ["Programs keep their records in ~/.sallyport, or where SALLYPORT_HOME says.", "serve.sh makes the token that clients send, once: $SALLYPORT_HOME/api-token."],
  };
}

const TOKEN = `umask 077
mkdir -p "$home"
if [ ! -s "$home/api-token" ]; then
  od -An -N24 -tx1 /dev/urandom | tr -d ' \\n' > "$home/api-token"
fi
`;

/**
 * Finds the package by its own place, unpacks the engine beside it on first use (whole or not at all), and hands over. The directory of the runtime is named after
 * its archive's place in the bundle; PATH may be empty.
 */
const program = (about: string, words: string, before = ""): string => `#!/bin/sh
${about}
set -eu
PATH="\${PATH:+$PATH:}/usr/bin:/bin"
export PATH
package=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd)
case "$(uname -s)-$(uname -m)" in
Linux-x86_64) platform=linux-x64 ;;
Linux-aarch64) platform=linux-arm64 ;;
Darwin-arm64) platform=darwin-arm64 ;;
Darwin-x86_64) platform=darwin-x64 ;;
*) platform=unknown ;;
esac
archive="$package/bundle/runtime/$platform.tar"
runtime="\${SALLYPORT_RUNTIME:-$package/bundle/runtime/$platform}"
if [ ! -x "$runtime/bin/node" ]; then
  [ -f "$archive" ] || { echo "This bundle has no engine for $(uname -s) on $(uname -m): $archive is missing." >&2; exit 1; }
  partial="$runtime.$$.partial"
  rm -rf "$partial"
  mkdir -p "$partial"
  trap 'rm -rf "$partial"' EXIT
  tar -xf "$archive" -C "$partial"
  # Whoever was first wins; both unpacked the same.
  mv -T "$partial" "$runtime" 2>/dev/null || mv "$partial" "$runtime" 2>/dev/null || [ -x "$runtime/bin/node" ]
  trap - EXIT
  rm -rf "$partial"
fi
home="\${SALLYPORT_HOME:-\${HOME:-/var/lib/sallyport}/.sallyport}"
export SALLYPORT_HOME="$home"
${before}exec "$runtime/bin/node" "$runtime/main/hosts/cli/sallyport.ts" ${words}
`;
