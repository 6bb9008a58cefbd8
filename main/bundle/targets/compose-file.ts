import { stringify } from "yaml";
import { composeWord } from "./command-words.ts";
import { containerDevices } from "./container-devices.ts";
import { healthCommand } from "./health-script.ts";
import type { Launch, LaunchFile, LaunchTarget } from "./launch-target.ts";

/** One compose file a node (compose-spec). Images are never pulled: a site without a network has what it loaded. */
export function composeFiles(target: LaunchTarget, launch: Launch): LaunchFile[] {
  if (launch.image === null) return [];
  const { nodes } = target.arrangement.parallelism;
  return Array.from({ length: nodes }, (_, node) => ({ path: nodes > 1 ? `compose.node-${node}.yaml` : "compose.yaml", text: stringify(composeDocument(target, launch, node), { lineWidth: 0, aliasDuplicateObjects: false }) }));
}

function composeDocument(target: LaunchTarget, launch: Launch, node: number) {
  const { id, model, port, arrangement: { parallelism: { nodes } } } = target;
  const { devices, driver, gpus } = containerDevices(target);
  const word = composeWord(node);
  const words = launch.command(node === 0).map(word);
  const [entrypoint, ...command] = words;
  const isOnHostNetwork = nodes > 1;
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: compose fills them in.
  const perNode = Object.fromEntries([
    ...(launch.perNode?.address ?? []).map((name) => [name, "${NODE_ADDRESS:?the address of this node}"]), ...(launch.perNode?.networkInterface ?? []).map((name) => [name, "${NETWORK_INTERFACE:?the interface that has it}"]),
  ]);
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: compose fills them in.
  const mount = (source: string, to: string) => ({ type: "bind", source, target: to, read_only: true, bind: { create_host_path: false } });
  return {
    name: id,
    services: {
      [id]: {
        image: word(launch.image ?? ""), pull_policy: "never", container_name: `sallyport-${id}`, restart: "unless-stopped",
        ...(launch.entrypoint === "image" ? { command: words } : { entrypoint: [entrypoint], command }),
        environment: { ...Object.fromEntries(Object.entries(launch.environment).map(([name, value]) => [name, word(value)])), ...perNode },
        ...(isOnHostNetwork ? { network_mode: "host" } : { ports: [`127.0.0.1:${port}:${port}`] }),
        ...(launch.capabilities === undefined ? {} : { cap_add: [...launch.capabilities] }),
        ipc: "host", ulimits: { memlock: -1, stack: 67_108_864 },
        ...(devices.length === 0 ? {} : { devices: devices.map((device) => `${device}:${device}`) }),
        ...(gpus.length === 0 ? {} : { deploy: { resources: { reservations: { devices: [{ driver: "nvidia", device_ids: [...gpus], capabilities: ["gpu"] }] } } } }),
        volumes: [...driver.map((file) => mount(file, file)), mount(word(model.directory), word(model.directory)), ...launch.mounts.map(({ file, to }) => mount(`./${file}`, to))],
        // A node that answers nobody has nothing to ask.
        ...(node === 0 ? { healthcheck: { test: ["CMD-SHELL", healthCommand(launch)], interval: "30s", timeout: "10s", retries: 3, start_period: "30m" } } : {}),
      },
    },
  };
}
