import type { RecordingNoticeCode, RecordingNoticeDetails } from "../../../shared/schemas/recording-notices.ts";
import { formatCount } from "./format-units.ts";

type RecordingNoticeTexts = { readonly [C in RecordingNoticeCode]: { readonly says: (details: RecordingNoticeDetails[C], subject: string) => string; readonly next: string } };

const REASONS: Readonly<Record<RecordingNoticeDetails["recording.fileNotRecognised"]["reason"], string>> = {
  binary: "is not text, or not a plain file",
  capture: "is a capture, which is opened by itself and not with pasted outputs",
  empty: "is empty",
  unknown: "holds nothing that is known",
};

/** What was noticed about pasted outputs, and what to do about it. Plain English, no code names. */
export const RECORDING_NOTICE_TEXTS: RecordingNoticeTexts = {
  "recording.fileNotRecognised": { says: (d, subject) => `${subject} ${REASONS[d.reason] ?? d.reason}; it was left out.`, next: 'Put the command line above what it printed, as in "$ npu-smi info", or name the file after it.' },
  "recording.archiveNotOpened": { says: (_d, subject) => `${subject} is an archive or an office document; it was left out.`, next: "Unpack it in this folder, or save the document as plain text." },
  "recording.partNotRecognised": { says: (d, subject) => `${subject}: what begins in line ${formatCount(d.line)} is not known and was left out.`, next: 'If it is an output, put its command line above it, as in "$ npu-smi info".' },
  "recording.saidTwice": { says: (d, subject) => `${subject} answers ${d.count === 1 ? d.first : `${formatCount(d.count)} commands (${d.first} first)`} again and otherwise; the first answer counts.`, next: "Keep outputs of different machines, or of different days, in folders of their own." },
  "recording.idAssumed": { says: (d, subject) => `${subject} does not tell which NPU "${d.command}" was asked about; NPU ${d.npu} is assumed.`, next: 'Put the command line above it, with "-i" and the NPU\'s number.' },
};
