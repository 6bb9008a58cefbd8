import type { SoftwareStack } from "../../../shared/schemas/machine.ts";
import type { Host } from "../../domain/host.ts";
import { ASCEND_ROOT, CANN_HOMES, CANN_VERSION_FILES, INSTALL_INFO, NNAL_HOMES, RUNTIME_PATH } from "./ascend-probes.ts";
import { Facts } from "../facts.ts";
import { plainLines } from "./plain-lines.ts";

export type StackFacts = Facts<{ driver: string; firmware: string; cann: string; nnal: string; containerRuntime: string }>;

export interface AscendSoftware {
  readonly facts: StackFacts;
  /** Group that may open the nodes, as the driver's installer wrote it down. */
  readonly userGroup: string | null;
}

/** Version files have a dozen lines; the installers' own are below a kilobyte. */
const FILE_LIMIT_BYTES = 65_536;
/** A version has ten, a path a hundred. */
const MAX_VALUE_CHARACTERS = 256;
/** Of versions beside each other; more are a mistaken directory. */
const MAX_HOMES = 64;

/** Versions of driver, firmware, CANN and NNAL from the files that their installers leave; nothing is run. */
export async function findAscendSoftware(host: Host): Promise<AscendSoftware> {
  const facts: StackFacts = new Facts();
  const install = await readPairs(host, INSTALL_INFO);
  await learnDriver(host, facts, install);
  for (const home of await homesOf(host, CANN_HOMES)) if (await learnCann(host, facts, home)) break;
  for (const home of await homesOf(host, NNAL_HOMES)) {
    const pairs = await readPairs(host, `${home}/version.info`);
    const version = pairs.get("ascend-cann-atb") ?? pairs.get("ascend-cann-nnal") ?? pairs.get("version");
    facts.learn("nnal", version, `${home}/version.info`);
    if (version !== undefined) break;
  }
  const runtime = await host.status(RUNTIME_PATH);
  if (runtime.kind === "file") facts.learn("containerRuntime", "ascend-docker-runtime", RUNTIME_PATH);
  return { facts, userGroup: install.get("usergroup") ?? null };
}

/** The stack as the machine schema has it; null where nothing of it was found. */
export function stackOf(facts: StackFacts): SoftwareStack | null {
  const evidence = facts.evidence();
  if (Object.keys(evidence).length === 0) return null;
  return {
    kind: "ascend", driver: facts.get("driver"), firmware: facts.get("firmware"), cuda: null, cann: facts.get("cann"), nnal: facts.get("nnal"),
    containerRuntime: facts.get("containerRuntime"), evidence,
  };
}

async function learnDriver(host: Host, facts: StackFacts, install: ReadonlyMap<string, string>): Promise<void> {
  for (const part of ["driver", "firmware"] as const) {
    const installed = install.get(`${part}_install_path_param`);
    for (const root of new Set([installed?.startsWith("/") === true ? installed : ASCEND_ROOT, ASCEND_ROOT])) {
      const path = `${root}/${part}/version.info`;
      const version = (await readPairs(host, path)).get("version");
      if (facts.get(part) === null) facts.learn(part, version, path);
    }
  }
}

async function learnCann(host: Host, facts: StackFacts, home: string): Promise<boolean> {
  for (const name of CANN_VERSION_FILES) {
    const version = (await readPairs(host, `${home}/${name}`)).get("version");
    facts.learn("cann", version, `${home}/${name}`);
    if (version !== undefined) return true;
  }
  return false;
}

/** Directories that a list of patterns means here: `$NAME` at the beginning, one `*` at the end of a name, its versions newest first. */
async function homesOf(host: Host, patterns: readonly string[]): Promise<string[]> {
  const homes: string[] = [];
  for (const pattern of patterns) {
    const variable = /^\$([A-Z_]+)/.exec(pattern)?.[1];
    const value = variable === undefined ? "" : host.env(variable);
    // A variable that is not an absolute path leads to wherever we happen to be; a longer one would not fit into the evidence.
    if (value === undefined || (variable !== undefined && !/^\/.{0,1023}$/.test(value))) continue;
    const path = variable === undefined ? pattern : value.replace(/\/+$/, "") + pattern.slice(variable.length + 1);
    if (!path.endsWith("*")) {
      homes.push(path);
      continue;
    }
    const directory = path.slice(0, path.lastIndexOf("/"));
    const prefix = path.slice(directory.length + 1, -1);
    const listing = await host.list(directory);
    const names = listing.kind === "names" ? listing.names.filter((name) => name.startsWith(prefix) && /[0-9]/.test(name)) : [];
    homes.push(...[...names].sort((a, b) => b.localeCompare(a, "en", { numeric: true })).slice(0, MAX_HOMES).map((name) => `${directory}/${name}`));
  }
  return [...new Set(homes)];
}

/** `key=value` and `key : value` lines, keys in lower case: installers write "Version=", "version=" and "Ascend-cann-atb : ". */
async function readPairs(host: Host, path: string): Promise<ReadonlyMap<string, string>> {
  const read = await host.read(path, FILE_LIMIT_BYTES);
  const pairs = new Map<string, string>();
  if (read.kind !== "text") return pairs;
  for (const line of plainLines(read.text)) {
    const at = line.search(/[=:]/);
    const key = line.slice(0, Math.max(0, at)).trim().toLowerCase();
    const value = line.slice(at + 1).trim();
    if (key !== "" && value !== "" && value.length <= MAX_VALUE_CHARACTERS && !pairs.has(key)) pairs.set(key, value);
  }
  return pairs;
}
