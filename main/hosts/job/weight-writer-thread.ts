import { serveWeightWriter } from "../../pipeline/serve-weight-writer.ts";
import { createNodeFiles } from "../node-files.ts";

serveWeightWriter(createNodeFiles());
