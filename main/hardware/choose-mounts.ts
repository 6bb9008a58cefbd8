import { isDisk } from "./filesystems.ts";
import type { Mount } from "./parse-mounts.ts";

/** Container runtimes mount single files and directories of the host here: drivers, npu-smi, resolv.conf, volumes of other containers. */
const BIND_TARGETS = /^\/(?:dev|etc|lib|lib64|proc|sbin|sys|usr|bin|run(?!\/media\/)|var\/lib\/(?:docker|containerd|containers|kubelet))\//;

/**
 * The mounts a person would call disks: each device once, at its shortest path, without the kernel's own file systems and without what a container runtime mounts
 * into others. The one that holds `directory` is always among them, whatever it is.
 */
export function chooseMounts(mounts: readonly Mount[], directory: string | null): Mount[] {
  const holder = directory === null ? null : holderOf(mounts, directory);
  const chosen = new Map<string, Mount>();
  for (const mount of mounts) {
    if (mount !== holder && (!isDisk(mount.filesystem) || BIND_TARGETS.test(mount.mountPoint) || (mount.filesystem === "overlay" && mount.mountPoint !== "/"))) continue;
    // Layers and memory have no device; their names ("overlay", "tmpfs") are no identity.
    const identity = mount.device.includes("/") ? `${mount.device} ${mount.filesystem}` : mount.mountPoint;
    const other = chosen.get(identity);
    if (other === undefined || mount === holder || (other !== holder && mount.mountPoint.length < other.mountPoint.length)) chosen.set(identity, mount);
  }
  return [...chosen.values()].sort((a, b) => (a.mountPoint < b.mountPoint ? -1 : 1));
}

/** The mount with the longest path that `directory` lies in. */
export function holderOf<M extends { readonly mountPoint: string }>(mounts: readonly M[], directory: string): M | null {
  const holders = mounts.filter(({ mountPoint }) => mountPoint === "/" || directory === mountPoint || directory.startsWith(`${mountPoint}/`));
  return holders.toSorted((a, b) => b.mountPoint.length - a.mountPoint.length)[0] ?? null;
}
