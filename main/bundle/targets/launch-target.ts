import type { TargetKind } from "../../../shared/schemas/delivery.ts";
import type { Accelerator, Machine } from "../../../shared/schemas/machine.ts";
import type { ModelSpec } from "../../../shared/schemas/model-spec.ts";
import type { Arrangement, PlanNote } from "../../../shared/schemas/plan.ts";
import type { Word } from "./command-words.ts";

/** What carries the model at the site. */
export type DeviceKind = "nvidia" | "ascend" | "cpu";

/** A file of a target's folder. What ends in .sh is run. */
export interface LaunchFile {
  readonly path: string;
  readonly text: string;
}

/** What an engine is to run, where, and how the plan spreads it. */
export interface LaunchTarget {
  /** The folder's name, and that of unit, container and workload. */
  readonly id: string;
  readonly kind: TargetKind;
  readonly model: {
    readonly name: string;
    /** What clients call it. */
    readonly servedName: string;
    /** Absolute, at the site. */
    readonly directory: string;
    readonly spec: ModelSpec;
    /** As its files hold the weights: "bf16", "fp8", a recipe's name. */
    readonly precision: string;
    /** Of a package of ours: its cache, as the graph takes it. */
    readonly cache: readonly { readonly past: string; readonly width: number }[];
  };
  readonly arrangement: Arrangement;
  readonly notes: readonly PlanNote[];
  readonly machine: Machine;
  readonly deviceKind: DeviceKind;
  /** What the plan counted with: share of a device's memory, tokens of a prefill step. */
  readonly limits: { readonly utilization: number; readonly batchTokens: number };
  readonly weights: { readonly included: boolean; readonly maker: string };
  readonly image: string | null;
  readonly port: number;
}

/** How an engine is started; each renderer writes it in its own language. */
export interface Launch {
  /** null: a program of the bundle, without a container. */
  readonly image: string | null;
  /**
   * "image": the image's own entrypoint stays, and is given the command. CANN's images read the toolkit's and NNAL's settings in theirs before they hand over
   * (Ascend/cann-container-image, cann/9.1.0-910b-ubuntu22.04-py3.12/Dockerfile); a program started past it does not find its libraries. Others are replaced by the command.
   */
  readonly entrypoint?: "image";
  /** Of the Linux kernel, without CAP_. */
  readonly capabilities?: readonly string[];
  /** On a node; `isLeader` of several nodes answers the clients. */
  command(isLeader: boolean): readonly Word[];
  readonly environment: Readonly<Record<string, string>>;
  readonly health: { readonly port: number; readonly path: string };
  /** What is known on each node alone: variables that take its address, or the name of the interface that has it. */
  readonly perNode?: { readonly address: readonly string[]; readonly networkInterface: readonly string[] };
  /** Configuration that is mounted into the container: where, and from which of `files`. */
  readonly mounts: readonly { readonly file: string; readonly to: string }[];
  readonly files: readonly LaunchFile[];
  /** For the README: what a person must do, or know. */
  readonly remarks: readonly string[];
}

/** The devices of a node that carry the model: as many as the plan takes there, in the order of the driver's tool. */
export function nodeDevices({ machine, arrangement, deviceKind }: Pick<LaunchTarget, "machine" | "arrangement" | "deviceKind">): Accelerator[] {
  if (deviceKind === "cpu") return [];
  const count = arrangement.parallelism.devices / arrangement.parallelism.nodes;
  const usable = machine.accelerators.filter(({ state, isPartitioned }) => state === "usable" && !isPartitioned);
  return usable.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0)).slice(0, count);
}
