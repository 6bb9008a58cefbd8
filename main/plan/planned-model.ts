import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { PlanModel } from "../../shared/schemas/plan.ts";
import type { StorageMap, Weight } from "../domain/weights.ts";

/** One way in which our own packages can hold the model. */
export interface PackageForm {
  readonly recipe: string;
  readonly storage: StorageMap;
  /** Of the weight files, each part on its page. */
  readonly packageBytes: number;
}

/** What a plan is made for: the pipeline fills it from a package, a checkpoint or a lone config.json. */
export interface PlannedModel {
  readonly identity: PlanModel;
  readonly spec: ModelSpec;
  readonly weights: readonly Weight[];
  /** A package has one; anything else may be made into any preset. */
  readonly forms: readonly PackageForm[];
  /** What the weights were published in, where it is known: engines take it as it is. */
  readonly publishedIn: "bf16" | "fp8";
}
