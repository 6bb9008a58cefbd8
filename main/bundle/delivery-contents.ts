import type { DeliveredImage, DeliveredRuntime, DeliveredTarget, Mark, RuntimeDocument } from "../../shared/schemas/delivery.ts";
import type { ModelArithmetic, ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { Recipe } from "../../shared/schemas/recipe.ts";
import type { ModelReport } from "../../shared/schemas/report.ts";
import type { PackedPackage } from "./packed-package.ts";
import type { LaunchFile } from "./targets/launch-target.ts";

/** A package with what model card and bill of materials say of its model. */
export interface DeliveredModel {
  readonly packed: PackedPackage;
  readonly spec: ModelSpec;
  readonly arithmetic: ModelArithmetic;
  /** null: a checkpoint. */
  readonly recipe: Recipe | null;
  readonly checkpointName: string;
}

/** Everything that goes into a delivery beside the packages. */
export interface DeliveryContents {
  readonly name: string;
  readonly sallyportVersion: string;
  readonly marks: readonly Mark[];
  readonly models: readonly DeliveredModel[];
  readonly targets: readonly { readonly delivered: DeliveredTarget; readonly files: readonly LaunchFile[] }[];
  readonly images: readonly { readonly delivered: DeliveredImage; readonly file: string | null }[];
  readonly runtimes: readonly { readonly delivered: DeliveredRuntime; readonly file: string; readonly document: RuntimeDocument; readonly licences: readonly { readonly path: string; readonly bytes: Uint8Array }[] }[];
  /** Of the models above. */
  readonly reports: readonly ModelReport[];
}
