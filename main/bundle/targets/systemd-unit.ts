import { unitWord, type Word } from "./command-words.ts";
import { containerDevices } from "./container-devices.ts";
import type { Launch, LaunchFile, LaunchTarget } from "./launch-target.ts";

/** Large models take minutes to load; systemd would call that a failure. */
const START_LIMIT = "infinity";

/** One unit a node (systemd.service(5)). Containers run in the foreground, so that journal, restart and stop are systemd's. */
export function systemdUnits(target: LaunchTarget, launch: Launch): LaunchFile[] {
  const { nodes } = target.arrangement.parallelism;
  return Array.from({ length: nodes }, (_, node) => ({ path: `${target.id}${nodes > 1 ? `-node-${node}` : ""}.service`, text: unit(target, launch, node) }));
}

function unit(target: LaunchTarget, launch: Launch, node: number): string {
  const { id, model, arrangement: { parallelism: { nodes } } } = target;
  const name = `sallyport-${id}`;
  const word = unitWord(node);
  const isContained = launch.image !== null;
  const command = launch.command(node === 0).map(word);
  const start = isContained ? [...containerWords(target, launch, node).map(word), ...(launch.entrypoint === "image" ? command : command.slice(1))] : command;
  const text = (value: string): string => value.replaceAll("%", "%%");
  return [
    "[Unit]",
    `Description=${text(model.servedName)} on ${target.kind}${nodes > 1 ? `, node ${node} of ${nodes}` : ""}`,
    `Documentation=file:${text(encodeURI(`${model.directory}/bundle/launch/${id}/README.md`))}`,
    ...(isContained ? ["After=docker.service network-online.target", "Wants=network-online.target", "Requires=docker.service"] : ["After=network.target"]),
    "StartLimitIntervalSec=0", "",
    "[Service]", "Type=simple",
    ...(nodes > 1 ? [`EnvironmentFile=/etc/sallyport/${id}.env`] : []),
    ...(isContained ? [] : ["DynamicUser=yes", `StateDirectory=${name}`, `CacheDirectory=${name}`, `Environment=SALLYPORT_HOME=/var/lib/${name} SALLYPORT_RUNTIME=/var/cache/${name}/runtime`, "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "IPAddressDeny=any", "IPAddressAllow=localhost"]),
    ...(isContained ? [`ExecStartPre=-/usr/bin/docker rm --force ${name}`] : []),
    `ExecStart=${start.join(" ").replaceAll(" --", " \\\n  --")}`,
    ...(isContained ? [`ExecStop=/usr/bin/docker stop --time 60 ${name}`] : []),
    `TimeoutStartSec=${START_LIMIT}`, "TimeoutStopSec=90", "Restart=on-failure", "RestartSec=10", "LimitMEMLOCK=infinity", "",
    "[Install]", "WantedBy=multi-user.target", "",
  ].join("\n");
}

function containerWords(target: LaunchTarget, launch: Launch, node: number): Word[] {
  const { id, model, port, arrangement: { parallelism: { nodes } } } = target;
  const { devices, driver, gpus } = containerDevices(target);
  const isOnHostNetwork = nodes > 1;
  const setting = (from: string) => (name: string): Word => ({ kind: "setting", name, from });
  const fixed = Object.entries(launch.environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const perNode = [...(launch.perNode?.address ?? []).map(setting("NODE_ADDRESS")), ...(launch.perNode?.networkInterface ?? []).map(setting("NETWORK_INTERFACE"))];
  const [entrypoint = ""] = launch.command(node === 0);
  return [
    "/usr/bin/docker", "run", "--rm", "--pull", "never", "--name", `sallyport-${id}`,
    ...(isOnHostNetwork ? ["--network", "host"] : ["--publish", `127.0.0.1:${port}:${port}`]),
    ...(launch.capabilities ?? []).flatMap((name) => ["--cap-add", name]),
    "--ipc", "host", "--ulimit", "memlock=-1", "--ulimit", "stack=67108864",
    ...(gpus.length === 0 ? [] : ["--gpus", `"device=${gpus.join(",")}"`]),
    ...devices.flatMap((device) => ["--device", device]),
    ...driver.flatMap((file) => ["--volume", `${file}:${file}:ro`]),
    "--volume", `${model.directory}:${model.directory}:ro`,
    ...launch.mounts.flatMap(({ file, to }) => ["--volume", `${model.directory}/bundle/launch/${id}/${file}:${to}:ro`]),
    ...fixed, ...perNode.flatMap((each) => ["--env", each]),
    ...(launch.entrypoint === "image" ? [] : ["--entrypoint", entrypoint]), launch.image ?? "",
  ];
}
