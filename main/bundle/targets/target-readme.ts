import type { Launch, LaunchFile, LaunchTarget } from "./launch-target.ts";

/** How this target is started, with the figures it was sized by. */
export function targetReadme(target: LaunchTarget, launch: Launch): LaunchFile {
  const { id, kind, model, arrangement: { parallelism, precision, contextTokens, concurrency, cacheBits, devices, speed }, weights, port } = target;
  const { nodes, tensor, data, pipeline, expert } = parallelism;
  const isContained = launch.image !== null;
  const lines = [
    `# ${plain(model.servedName)} on ${kind}`, "",
    `Planned for ${plain(devices.label)}: ${parallelism.devices} ${parallelism.devices === 1 ? "device" : "devices"} on ${nodes} ${nodes === 1 ? "node" : "nodes"} (tensor ${tensor}, data ${data}, pipeline ${pipeline}, experts over ${expert}), weights in ${plain(precision.name)}, cache in ${cacheBits} bits, ${contextTokens} tokens of context, ${concurrency} at once.`,
    ...(speed === null ? [] : [`Predicted: ${figure(speed.decodeTokensPerSecond.low)} to ${figure(speed.decodeTokensPerSecond.high)} tokens a second, all together.`]), "",
    `The model's folder is ${plain(model.directory)} on every node. Another place: change it in these files.`,
    ...(weights.included ? [] : [`The weights in ${plain(precision.name)} are not in the bundle: ${plain(weights.maker)} makes them, into that folder.`]), "",
    "1. `sh preflight.sh` compares this machine with the profile. It changes nothing.",
    ...(nodes > 1 ? [`2. On every node write /etc/sallyport/${id}.env: LEADER_ADDRESS, NODE_ADDRESS, NETWORK_INTERFACE; for compose give it with --env-file.`] : []),
    `${nodes > 1 ? 3 : 2}. Start it in one of these ways${nodes > 1 ? ", the leader (node 0) first" : ""}:`,
    `   - systemd: copy ${nodes > 1 ? `${id}-node-N.service` : `${id}.service`} to /etc/systemd/system, \`systemctl enable --now\` it`,
    ...(isContained ? [`   - compose: \`docker compose -f ${nodes > 1 ? "compose.node-N.yaml" : "compose.yaml"} up -d\``, `   - Kubernetes: \`kubectl apply -f kubernetes.yaml\`${nodes > 1 ? " (with LeaderWorkerSet installed)" : ""}`] : ["   - by hand: `sh run.sh \"a prompt\"`, `sh run.sh --chat`, `sh serve.sh`"]),
    `${nodes > 1 ? 4 : 3}. \`sh health.sh\` waits until http://127.0.0.1:${port} answers.`, "",
    ...(nodes > 1 ? [`- On several nodes the API listens on every address of node 0: let only those reach port ${port} who may call it.`] : []),
    ...(isContained && target.image === null ? [`- The image ${plain(launch.image ?? "")} is this program's default. Nobody looked it up in its registry; another is named with image=… when the bundle is made.`] : []),
    ...launch.remarks.map((remark) => `- ${remark}`), "",
  ];
  return { path: "README.md", text: lines.join("\n") };
}

const figure = (value: number): string => String(Number(value.toPrecision(3)));
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").replaceAll(/[|<>[\]`\\*_]/g, (sign) => `\\${sign}`);
