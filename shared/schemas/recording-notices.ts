/** What reading somebody's pasted outputs may have to say: code → the details it carries. */
export interface RecordingNoticeDetails {
  /** The subject is the file. */
  "recording.fileNotRecognised": { reason: "binary" | "capture" | "empty" | "unknown" };
  /** The subject is the file. */
  "recording.archiveNotOpened": Record<string, never>;
  "recording.partNotRecognised": { line: number };
  "recording.saidTwice": { count: number; first: string };
  "recording.idAssumed": { command: string; npu: string };
}

export type RecordingNoticeCode = keyof RecordingNoticeDetails;
