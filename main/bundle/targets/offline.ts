/** Nothing is looked up, asked for or reported: what is not in the model's folder is an error and not a download. */
export const OFFLINE = { HF_HUB_OFFLINE: "1", TRANSFORMERS_OFFLINE: "1", HF_HUB_DISABLE_TELEMETRY: "1", DO_NOT_TRACK: "1" } as const;
