import { basename, join } from "node:path";
import { type Command, Option } from "commander";
import { defineCommand, defineGroup, detachOption, type DetachOptions, type Execute } from "../define-command.ts";
import { followJob } from "../follow-job.ts";
import { formatBytes, formatTime } from "../format-units.ts";
import { fieldList, textTable } from "../text-table.ts";
import { addMediaCommands } from "./bundle-media.ts";

interface CreateOptions extends DetachOptions {
  readonly out?: string;
}
interface VerifyOptions extends DetachOptions {
  readonly digest?: string;
}
interface InstallOptions extends VerifyOptions {
  readonly to: string;
  readonly parity: boolean;
}

const digestOption = (): Option => new Option("--digest <sha256:…>", "the digest its sender told you; anything else is refused");

export function addBundleCommands(program: Command, execute: Execute): void {
  const group = defineGroup(program, "bundle", "seal a package for a site without a network, check and install it there", [["sallyport bundle create DeepSeek-V2-Lite-int4 --out /media/usb/deepseek", "at the sender"], ["sallyport bundle install /media/usb/deepseek --to /opt/models/deepseek", "at the receiver"]]);
  addCreateAndList(group, execute);
  addReceiving(group, execute);
  addMediaCommands(group, execute);
}

function addCreateAndList(group: Command, execute: Execute): void {
  defineCommand<CreateOptions>(group, execute, {
    usage: "create <model>",
    summary: "pack a package into a bundle",
    description: "Writes an OCI image layout with the package, its lineage, its parity record and its licences. The same package gives the same digest.",
    options: [new Option("--out <directory>", "where to write it (the home's bundles folder, unless said)"), detachOption()],
    examples: [["sallyport bundle create DeepSeek-V2-Lite-int4 --out /media/usb/deepseek", "straight to a medium"]],
    run: async (session, [model = ""], options) => {
      const { client } = await session.connect();
      const out = options.out === undefined ? join(session.home.bundles, basename(session.reference(model))) : session.path(options.out);
      return followJob(session, await client.bundle.create({ model: session.reference(model), out }), options);
    },
  });

  defineCommand(group, execute, {
    usage: "ls",
    summary: "list the bundles made here",
    examples: [["sallyport bundle ls", "where they are, and their digests"]],
    run: async (session) => {
      const bundles = await (await session.connect()).client.bundle.list();
      const text = bundles.length === 0
        ? "No bundles yet. Make one: sallyport bundle create <model>"
        : textTable([{ title: "ID" }, { title: "MODEL" }, { title: "SIZE", align: "right" }, { title: "MADE" }, { title: "PATH" }],
          bundles.map((bundle) => [bundle.id, bundle.name, formatBytes(bundle.bytes), formatTime(bundle.createdAt), bundle.path]));
      return { json: { bundles }, text };
    },
  });
}

function addReceiving(group: Command, execute: Execute): void {
  defineCommand<VerifyOptions>(group, execute, {
    usage: "verify <bundle>",
    summary: "hash everything again and name the first thing wrong",
    options: [digestOption(), detachOption()],
    examples: [["sallyport bundle verify /media/usb/deepseek --digest sha256:9b1c…", "before anything is installed from it"]],
    run: async (session, [bundle = ""], options) => {
      const { client } = await session.connect();
      return followJob(session, await client.bundle.verify({ bundle: session.reference(bundle), ...expected(options) }), options);
    },
  });

  defineCommand<InstallOptions>(group, execute, {
    usage: "install <bundle>",
    summary: "verify, unpack to a folder, and check parity there",
    options: [new Option("--to <directory>", "the folder to make; it must not exist").makeOptionMandatory(), digestOption(), new Option("--no-parity", "do not run the model here"), detachOption()],
    examples: [["sallyport bundle install /media/usb/deepseek --to /opt/models/deepseek", "whole or not at all"]],
    run: async (session, [bundle = ""], options) => {
      const { client } = await session.connect();
      const job = await client.bundle.install({ bundle: session.reference(bundle), to: session.path(options.to), parity: options.parity, ...expected(options) });
      return followJob(session, job, options);
    },
  });

  defineCommand(group, execute, {
    usage: "inspect <bundle>",
    summary: "show what a bundle holds, without hashing it",
    examples: [["sallyport bundle inspect /media/usb/deepseek", "contents, licences, digests"]],
    run: async (session, [bundle = ""]) => {
      const contents = await (await session.connect()).client.bundle.inspect({ bundle: session.reference(bundle) });
      const id = `bundle-${contents.digest.replace(/^sha256:/, "").slice(0, 12)}`;
      const fields = fieldList([
        ["bundle", id], ["model", contents.name], ["family", contents.family], ["recipe", contents.recipe], ["size", formatBytes(contents.bytes)],
        ["licences", contents.licences.join(", ") || "none found"], ["digest", contents.digest], ["model digest", contents.modelDigest], ["checkpoint", contents.checkpointDigest],
      ]);
      const layers = textTable([{ title: "FILE" }, { title: "SIZE", align: "right" }, { title: "TYPE" }, { title: "DIGEST" }], contents.layers.map((layer) => [layer.path, formatBytes(layer.bytes), layer.mediaType, layer.digest]));
      return { json: { id, bundle: { id, ...contents } }, text: `${fields}\n\n${layers}` };
    },
  });
}

function expected(options: VerifyOptions): { expectedDigest?: string } {
  return options.digest === undefined ? {} : { expectedDigest: options.digest };
}
