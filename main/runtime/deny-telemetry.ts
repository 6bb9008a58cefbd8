/**
 * ONNX Runtime 1.29 and later send what they did to mobile.events.data.microsoft.com on Linux and macOS, some seconds after a session was made, and keep a device
 * number on the disk (microsoft/onnxruntime#27379). This is its own way to say no, read once, when the library is loaded: imported before it, wherever it is imported.
 */
export const TELEMETRY_DENIED = { ORT_DISABLE_TELEMETRY: "1" } as const;

Object.assign(process.env, TELEMETRY_DENIED);
