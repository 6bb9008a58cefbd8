import { serveEngine } from "../../runtime/serve-engine.ts";
import { createNodeFiles } from "../node-files.ts";

serveEngine(createNodeFiles());
