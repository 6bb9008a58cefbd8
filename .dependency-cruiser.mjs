/**
 * The rules of ARCHITECTURE.md §3 about who may import whom. test/fences/ runs each on code that breaks it.
 */
const STAGES = "checkpoint|spec|hardware|plan|quantize|graph|runtime|benchmark|evaluate|bundle";
const PURE = "spec|plan|quantize|graph";

/** Installed, or only named. */
const ELECTRON = "(^|/)node_modules/electron/|^electron$";

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

export default {
  forbidden: [
    rule("no-cycles", "A cycle has no beginning to read from.", {}, { circular: true }),
    rule("renderer-imports-no-main", "The page knows the contract, not who answers it.", { path: "^renderer/" }, { path: "^(main|test)/" }),
    rule("shared-imports-only-contract-tools", "Both sides of the wire load shared.", { path: "^shared/" }, { pathNot: "^shared/|(^|/)node_modules/(zod|@orpc/contract)/" }),
    rule("no-stage-reaches-into-another", "What a stage hands on is a type in main/domain.", { path: `^main/(${STAGES})/` }, { path: `^main/(${STAGES})/`, pathNot: "^main/$1/" }),
    rule("stages-import-domain-and-shared", "A stage sees the world through ports.", { path: `^main/(${STAGES})/` }, { path: "^(main|renderer|test)/", pathNot: "^main/$1/|^main/domain/" }),
    rule("domain-imports-only-shared", "Batons depend on nothing that carries them.", { path: "^main/domain/" }, { path: "^(main|renderer|test)/", pathNot: "^main/domain/" }),
    rule("pure-stages-touch-no-machine", "A pure stage is a function of its inputs.", { path: `^main/(${PURE}|domain)/` }, { dependencyTypes: ["core"] }),
    rule("hardware-looks-through-the-host-port", "Detection that reads the machine itself cannot read another one's record.", { path: "^main/hardware/" }, { dependencyTypes: ["core"], pathNot: "^(node:)?(path|buffer)$" }),
    rule("pure-stages-use-no-driver", "A pure stage is a function of its inputs.", { path: `^main/(${PURE}|domain)/` }, { path: "(^|/)node_modules/", pathNot: "(^|/)node_modules/zod/" }),
    rule("pipeline-joins-stages-only", "The line does not know who walks it.", { path: "^main/pipeline/" }, { path: "^(main|renderer|test)/", pathNot: `^main/(pipeline|domain|${STAGES})/` }),
    rule("store-and-jobs-know-no-stage", "They keep and run whatever they are given.", { path: "^main/(store|jobs)/" }, { path: "^(main|renderer|test)/", pathNot: "^main/(store|jobs|domain)/" }),
    rule("api-imports-pipeline-jobs-store", "The contract is answered by the line, not by its stages.", { path: "^main/api/" }, { path: "^(main|renderer|test)/", pathNot: "^main/(api|pipeline|jobs|store|domain)/" }),
    rule("hosts-import-api", "A host parses, calls and prints; compose.ts and the children's entries wire the adapters.",
      { path: "^main/hosts/", pathNot: "^main/hosts/(compose\\.ts|job/|engine/)" }, { path: "^(main|renderer|test)/", pathNot: "^main/(hosts|api|domain)/" }),
    rule("nothing-imports-tests", "What is shipped does not need them.", { pathNot: "^test/" }, { path: "^test/" }),
    rule("onnxruntime-only-in-runtime", "One place makes tensors.", { pathNot: "^(main/runtime|test)/" }, { path: "(^|/)node_modules/onnxruntime-node/" }),
    rule("sqlite-only-in-store", "One place speaks SQL.", { pathNot: "^(main/store|test)/" }, { path: "(^|/)node_modules/better-sqlite3/" }),
    rule("electron-only-in-its-host", "The same pages run without it.", { pathNot: "^main/hosts/electron/" }, { path: ELECTRON }),
    rule("window-process-loads-no-workbench", "A native module that falls must not take the window along: the workbench runs in a plain Node beside it.",
      { path: "^main/hosts/electron/", pathNot: "^main/hosts/electron/(workbench-process|serve-ports)\\.ts$" },
      { path: "^main/(api|pipeline|store|jobs|runtime)/|^main/hosts/(compose\\.ts|cli/|web/|openai/|electron/(workbench-process|serve-ports)\\.ts$)" }),
    rule("preload-loads-only-electron", "A sandboxed script can load no other.", { path: "^main/hosts/electron/preload\\.ts$" }, { pathNot: ELECTRON, dependencyTypesNot: ["type-only"] }),
    // bench:peers installs llama.cpp in its own folder on first use.
    rule("no-unresolvable", "An import that leads nowhere.", { pathNot: "^test/bench/peers/llama-peer" }, { couldNotResolve: true, pathNot: "^electron$" }),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^test/fences/bad/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"], extensions: [".ts", ".mjs", ".js", ".json"] },
  },
};
