import { isAbsolute } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import { openPackage, pinPackage } from "./resolve-model.ts";
import type { Workbench } from "./workbench.ts";

export interface ServedModel {
  /** What clients call it. */
  readonly id: string;
  /** The store's id, where it has one; clients may use it too. */
  readonly storeId: string | null;
  readonly createdMs: number;
  readonly contextTokens: number;
}

export interface ServedModels {
  list(): Promise<readonly ServedModel[]>;
  /** @throws store.notFound: a client names models, never paths */
  open(id: string): Promise<ModelPackage>;
}

interface Entry extends ServedModel {
  readonly reference: string;
}

/**
 * The packages a server offers: those named when it was started, or else every package in the store, looked up anew each time.
 * @param references ids, names or absolute paths; empty: the whole store
 */
export function createServedModels(workbench: Workbench, references: readonly string[]): ServedModels {
  // A site's current version as of the start: what answers must not change because somebody installs.
  let named: Promise<readonly string[]> | null = null;
  const entries = async (): Promise<readonly Entry[]> => {
    const stored = workbench.store.models.list().filter((model) => model.kind === "package");
    const wanted = references.length > 0 ? await (named ??= Promise.all(references.map((reference) => pinPackage(workbench, reference)))) : stored.map((model) => model.id);
    const found: Entry[] = [];
    for (const reference of wanted) {
      try {
        const { manifest, directory } = await openPackage(workbench, reference);
        const row = stored.find((model) => model.directory === directory) ?? null;
        const name = row?.name ?? manifest.name;
        const id = found.some((other) => other.id === name) ? (row?.id ?? `${name}-${found.length + 1}`) : name;
        found.push({ id, storeId: row?.id ?? null, createdMs: row === null ? 0 : Date.parse(row.createdAt), contextTokens: manifest.spec.maxPositions, reference: row?.id ?? reference });
      } catch (thrown) {
        // A package of the store that is damaged must not take the others with it; one that was named must be told.
        if (references.length > 0) throw thrown;
      }
    }
    return found;
  };

  return {
    list: async () => (await entries()).map(({ reference: _reference, ...model }) => model),
    open: async (id) => {
      const entry = isAbsolute(id) ? undefined : (await entries()).find((model) => model.id === id || model.storeId === id);
      if (entry === undefined) throw new WorkbenchError("store.notFound", { kind: "model", reference: id });
      return openPackage(workbench, entry.reference);
    },
  };
}
