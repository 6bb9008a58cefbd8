import type { Host } from "../../domain/host.ts";
import type { GpuSighting } from "./gpu-sighting.ts";
import { busIdOf } from "./tool-value.ts";

const DEVICES = "/sys/bus/pci/devices";
const NVIDIA = "0x10de";
/** VGA and 3D controllers: 0300 and 0302. Sound (0403), USB (0c03) and serial (0c80) functions of the same card are not devices of their own. */
const GPU_CLASS = /^0x030[02]/;
/** Bridges of other kind: NVSwitch. */
const SWITCH_CLASS = /^0x0680/;

export interface PciFindings {
  readonly gpus: readonly GpuSighting[];
  /** NVSwitches: there the fabric manager must run before CUDA does. */
  readonly switches: number;
  /** False where a record holds nothing of the bus. */
  readonly isRecorded: boolean;
}

/** Nvidia's devices as the kernel sees them on the bus, driver or not. */
export async function readPciGpus(host: Host): Promise<PciFindings> {
  const listed = await host.list(DEVICES);
  const names = listed.kind === "names" ? listed.names.filter((name) => busIdOf(name) !== undefined) : [];
  const found = await Promise.all(names.map((name) => readDevice(host, name)));
  return {
    gpus: found.flatMap((device) => (device !== null && GPU_CLASS.test(device.pciClass) ? [device.sighting] : [])),
    switches: found.filter((device) => device !== null && SWITCH_CLASS.test(device.pciClass)).length,
    isRecorded: listed.kind !== "notRecorded",
  };
}

async function readDevice(host: Host, name: string): Promise<{ readonly pciClass: string; readonly sighting: GpuSighting } | null> {
  const path = `${DEVICES}/${name}`;
  if ((await readValue(host, `${path}/vendor`))?.toLowerCase() !== NVIDIA) return null;
  const [pciClass, node, uevent] = await Promise.all([readValue(host, `${path}/class`), readValue(host, `${path}/numa_node`), readValue(host, `${path}/uevent`)]);
  return {
    pciClass: pciClass?.toLowerCase() ?? "",
    sighting: {
      source: path, isByTool: false, busId: busIdOf(name),
      // −1 stands where the firmware does not tell.
      numaNode: node !== undefined && /^\d{1,4}$/.test(node) ? Number(node) : undefined,
      kernelDriver: /^DRIVER=(\S+)$/m.exec(uevent ?? "")?.[1]?.slice(0, 64),
    },
  };
}

async function readValue(host: Host, path: string): Promise<string | undefined> {
  const file = await host.read(path, 4096);
  return file.kind === "text" ? file.text.trim() : undefined;
}
