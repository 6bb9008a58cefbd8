import { stringify } from "yaml";
import { podWord } from "./command-words.ts";
import { type ContainerDevices, containerDevices } from "./container-devices.ts";
import { engineThreads } from "./engine-threads.ts";
import type { Launch, LaunchFile, LaunchTarget } from "./launch-target.ts";

/**
 * A Deployment and a Service, or for several nodes a LeaderWorkerSet (lws.sigs.k8s.io, v1) and a Service of its leader. The model lies on every node at the same
 * place; images are those that the nodes hold.
 */
export function kubernetesManifest(target: LaunchTarget, launch: Launch): LaunchFile[] {
  if (launch.image === null) return [];
  const documents = [...configMap(target, launch), target.arrangement.parallelism.nodes > 1 ? leaderWorkerSet(target, launch) : deployment(target, launch), service(target)];
  return [{ path: "kubernetes.yaml", text: documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n") }];
}

const labels = ({ id }: LaunchTarget) => ({ "app.kubernetes.io/name": id, "app.kubernetes.io/managed-by": "sallyport" });

function deployment(target: LaunchTarget, launch: Launch) {
  return {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name: target.id, labels: labels(target) },
    // The devices are taken: a new pod can start when the old one is gone.
    spec: { replicas: 1, strategy: { type: "Recreate" }, selector: { matchLabels: { "app.kubernetes.io/name": target.id } }, template: podTemplate(target, launch, true) },
  };
}

function leaderWorkerSet(target: LaunchTarget, launch: Launch) {
  return {
    apiVersion: "leaderworkerset.x-k8s.io/v1", kind: "LeaderWorkerSet", metadata: { name: target.id, labels: labels(target) },
    spec: {
      replicas: 1,
      leaderWorkerTemplate: { size: target.arrangement.parallelism.nodes, restartPolicy: "RecreateGroupOnPodRestart", leaderTemplate: podTemplate(target, launch, true), workerTemplate: podTemplate(target, launch, false) },
    },
  };
}

function podTemplate(target: LaunchTarget, launch: Launch, isLeader: boolean) {
  const { id, model, port, arrangement: { parallelism: { nodes } } } = target;
  const devices = containerDevices(target);
  const words = launch.command(isLeader);
  const probe = { httpGet: { path: launch.health.path, port } };
  return {
    metadata: { labels: { ...labels(target), "sallyport.ai/role": isLeader ? "leader" : "worker" } },
    spec: {
      automountServiceAccountToken: false, enableServiceLinks: false, terminationGracePeriodSeconds: 90,
      containers: [{
        name: "engine", image: launch.image, imagePullPolicy: "Never",
        ...command(launch, nodes > 1 ? ["sh", "-c", `exec ${words.map(podWord).join(" ")}`] : words.map((word) => (typeof word === "string" ? meant(word) : ""))),
        ...(launch.capabilities === undefined ? {} : { securityContext: { capabilities: { add: [...launch.capabilities] } } }),
        env: environment(launch),
        ...(isLeader ? { ports: [{ name: "http", containerPort: port }], startupProbe: { ...probe, periodSeconds: 10, failureThreshold: 360 }, readinessProbe: { ...probe, periodSeconds: 10 }, livenessProbe: { ...probe, periodSeconds: 30, failureThreshold: 5 } } : {}),
        resources: resources(devices, target),
        volumeMounts: [
          { name: "model", mountPath: model.directory, readOnly: true }, { name: "shared-memory", mountPath: "/dev/shm" },
          ...devices.driver.map((file, index) => ({ name: `driver-${index}`, mountPath: file, readOnly: true })),
          ...launch.mounts.map(({ file, to }) => ({ name: "configuration", mountPath: to, subPath: file, readOnly: true })),
        ],
      }],
      volumes: [
        { name: "model", hostPath: { path: model.directory, type: "Directory" } }, { name: "shared-memory", emptyDir: { medium: "Memory" } },
        ...devices.driver.map((file, index) => ({ name: `driver-${index}`, hostPath: { path: file } })),
        ...(launch.mounts.length === 0 ? [] : [{ name: "configuration", configMap: { name: `${id}-configuration` } }]),
      ],
    },
  };
}

/** "$(" would be filled in by Kubernetes; doubled, it is left. */
const meant = (text: string): string => text.replaceAll("$(", "$$$$(");

/** Kubernetes' command is the image's entrypoint, its args what that is given. */
function command({ entrypoint }: Launch, words: readonly string[]): { command?: string[]; args: string[] } {
  const [program = "", ...rest] = words;
  return entrypoint === "image" ? { args: [...words] } : { command: [program], args: rest };
}

function environment({ environment: fixed, perNode }: Launch) {
  return [
    ...Object.entries(fixed).map(([name, value]) => ({ name, value: meant(value) })),
    ...(perNode?.address ?? []).map((name) => ({ name, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } })),
    // What a cluster's own network calls a pod's interface; devices speak over networks of their own.
    ...(perNode?.networkInterface ?? []).map((name) => ({ name, value: "eth0" })),
  ];
}

function resources({ resource, count }: ContainerDevices, { arrangement, machine, deviceKind }: LaunchTarget) {
  if (resource !== null) return { limits: { [resource]: String(count) }, requests: { [resource]: String(count) } };
  if (deviceKind !== "cpu") return {};
  return { requests: { cpu: String(engineThreads(machine)), memory: `${Math.ceil(arrangement.memory.usedBytes / 2 ** 30)}Gi` } };
}

function service(target: LaunchTarget) {
  return {
    apiVersion: "v1", kind: "Service", metadata: { name: target.id, labels: labels(target) },
    spec: { selector: { "app.kubernetes.io/name": target.id, "sallyport.ai/role": "leader" }, ports: [{ name: "http", port: target.port, targetPort: "http" }] },
  };
}

/** Files that the engine reads; one that the site makes (a rank table) is put in there before the start. */
function configMap(target: LaunchTarget, launch: Launch) {
  if (launch.mounts.length === 0) return [];
  const data = Object.fromEntries(launch.mounts.map(({ file }) => [file, launch.files.find(({ path }) => path === file)?.text ?? ""]));
  return [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${target.id}-configuration`, labels: labels(target) }, data }];
}
