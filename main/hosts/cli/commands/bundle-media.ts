import { type Command, InvalidArgumentError, Option } from "commander";
import { MEDIA, parseMediumBytes } from "../../../../shared/schemas/medium.ts";
import { defineCommand, detachOption, type DetachOptions, type Execute, integerOption } from "../define-command.ts";
import { followJob } from "../follow-job.ts";

interface SplitOptions extends DetachOptions {
  readonly size: number;
  readonly recovery: number;
  readonly out: string;
}
interface VolumesOptions extends DetachOptions {
  readonly set?: string;
}
interface JoinOptions extends VolumesOptions {
  readonly out: string;
  readonly maxBytes?: number;
}
interface DeltaOptions extends DetachOptions {
  readonly out: string;
}
interface ApplyOptions extends DeltaOptions {
  readonly base: string;
  readonly maxBytes?: number;
}

const outOption = (what: string): Option => new Option("--out <folder>", `the folder to make${what}; it must not exist`).makeOptionMandatory();
const setOption = (): Option => new Option("--set <sha256:…>", "the digest of the set its sender told you; anything else is refused");

/** An option whose value is a size: bytes, "64MiB", or the name of a medium. */
function sizeOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const bytes = parseMediumBytes(text);
    if (bytes === undefined) throw new InvalidArgumentError(`It must be a size like 64MiB or 700MB, or one of ${Object.keys(MEDIA).join(", ")}.`);
    return bytes;
  });
}

/** Volumes for media, and deltas. */
export function addMediaCommands(group: Command, execute: Execute): void {
  addSending(group, execute);
  addChecking(group, execute);
  addDeltas(group, execute);
}

function addSending(group: Command, execute: Execute): void {
  defineCommand<SplitOptions>(group, execute, {
    usage: "split <bundle>",
    summary: "write a bundle, or a delta, as volumes for media of one size",
    description: "Makes one folder for each medium, with its volume, the list of all, SHA256SUMS and a script that joins them on any machine. Volumes are read back before they get their name. Recovery volumes make up for as many lost ones, whichever they are, and for damage all over.",
    options: [
      sizeOption("--size <size>", `what one medium holds: ${Object.keys(MEDIA).join(", ")}, or a size like 64MiB`).makeOptionMandatory(),
      integerOption("--recovery <n>", "recovery volumes to add", { min: 0, max: 32 }).default(1), outOption(" the volumes in"), detachOption(),
    ],
    examples: [["sallyport bundle split deepseek.bundle --size bd25 --recovery 2 --out volumes", "any two discs may be lost"], ["sallyport bundle split deepseek.bundle --size 64MiB --out volumes", "own size"]],
    run: async (session, [bundle = ""], options) => {
      const { client } = await session.connect();
      return followJob(session, await client.bundle.split({ bundle: session.reference(bundle), out: session.path(options.out), mediumBytes: options.size, recoveryVolumes: options.recovery }), options);
    },
  });
}

function addChecking(group: Command, execute: Execute): void {
  defineCommand<VolumesOptions>(group, execute, {
    usage: "volumes <folders...>",
    summary: "say which volumes are here, missing or damaged",
    description: "Reads every volume in the folders, in any order and on any number of media, and says whether the bundle can be had from them.",
    options: [setOption(), detachOption()],
    examples: [["sallyport bundle volumes /media/disc1 /media/disc2", "each folder holds volumes, or folders of volumes"]],
    run: async (session, folders, options) => {
      const { client } = await session.connect();
      return followJob(session, await client.bundle.volumes({ folders: folders.map(session.path), ...expected(options) }), options);
    },
  });

  defineCommand<JoinOptions>(group, execute, {
    usage: "join <folders...>",
    summary: "put a bundle together from its volumes, repairing on the way",
    description: "Volumes may lie in several folders and media, in any order. What is lost or damaged is computed from recovery volumes where they suffice; otherwise what is missing is named, and the next run goes on.",
    options: [outOption(""), setOption(), sizeOption("--max-bytes <size>", "refuse a bundle larger than this"), detachOption()],
    examples: [["sallyport bundle join /media/disc1 /media/disc2 /data/copies --out deepseek.bundle", "whole or not at all"]],
    run: async (session, folders, options) => {
      const { client } = await session.connect();
      return followJob(session, await client.bundle.join({ folders: folders.map(session.path), out: session.path(options.out), ...expected(options), ...limited(options) }), options);
    },
  });

  defineCommand<JoinOptions>(group, execute, {
    usage: "repair <folders...>",
    summary: "write lost and damaged volumes anew",
    description: "Computes every volume that is missing or damaged from the others and writes it into a new folder. What is there is only read.",
    options: [outOption(" the new volumes in"), setOption(), detachOption()],
    examples: [["sallyport bundle repair /media/disc1 /media/disc3 --out repaired", "burn what lies in it again"]],
    run: async (session, folders, options) => {
      const { client } = await session.connect();
      return followJob(session, await client.bundle.repair({ folders: folders.map(session.path), out: session.path(options.out), ...expected(options) }), options);
    },
  });
}

function addDeltas(group: Command, execute: Execute): void {
  defineCommand<DeltaOptions>(group, execute, {
    usage: "delta <base> <new>",
    summary: "write what a site that has one bundle needs to have another",
    description: "Compares by file, tensor and chunk, so that a re-quantized model ships only what changed. A delta may be split into volumes like a bundle.",
    options: [outOption(""), detachOption()],
    examples: [["sallyport bundle delta deepseek-int4.bundle deepseek-int8.bundle --out to-int8.delta", "both bundles must be here"]],
    run: async (session, [base = "", bundle = ""], options) => {
      const { client } = await session.connect();
      return followJob(session, await client.bundle.delta({ base: session.reference(base), bundle: session.reference(bundle), out: session.path(options.out) }), options);
    },
  });

  defineCommand<ApplyOptions>(group, execute, {
    usage: "apply <delta>",
    summary: "make the new bundle from the one that is here and a delta",
    description: "The base is verified before anything is taken from it, and the new bundle before it gets its name.",
    options: [new Option("--base <bundle>", "the bundle that is here").makeOptionMandatory(), outOption(""), sizeOption("--max-bytes <size>", "refuse a bundle larger than this"), detachOption()],
    examples: [["sallyport bundle apply to-int8.delta --base deepseek-int4.bundle --out deepseek-int8.bundle", "whole or not at all"]],
    run: async (session, [delta = ""], options) => {
      const { client } = await session.connect();
      return followJob(session, await client.bundle.apply({ delta: session.path(delta), base: session.reference(options.base), out: session.path(options.out), ...limited(options) }), options);
    },
  });
}

const expected = ({ set }: VolumesOptions): { expectedSet?: string } => (set === undefined ? {} : { expectedSet: set.replace(/^(?!sha256:)/, "sha256:") });
const limited = ({ maxBytes }: { readonly maxBytes?: number }): { maxBytes?: number } => (maxBytes === undefined ? {} : { maxBytes });
