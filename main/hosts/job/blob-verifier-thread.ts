import { serveBlobVerifier } from "../../bundle/serve-blob-verifier.ts";
import { createNodeFiles } from "../node-files.ts";

serveBlobVerifier(createNodeFiles());
