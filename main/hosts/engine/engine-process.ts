import { serveEngine } from "../../runtime/serve-engine.ts";

serveEngine();
