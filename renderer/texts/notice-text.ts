import type { AscendNoticeDetails } from "../../shared/schemas/ascend-notices.ts";
import type { MachineNoticeDetails } from "../../shared/schemas/machine-notices.ts";
import type { Notice } from "../../shared/schemas/machine.ts";
import type { NvidiaNoticeDetails } from "../../shared/schemas/nvidia-notices.ts";
import type { Format } from "./format.ts";

type NoticeDetails = MachineNoticeDetails & AscendNoticeDetails & NvidiaNoticeDetails;

/** Complete by the lists that detection speaks in. */
export type NoticeTexts = {
  readonly [C in keyof NoticeDetails]: { readonly says: (details: NoticeDetails[C], format: Format, subject: string) => string; readonly next: string };
};

export interface SaidNotice {
  readonly what: string;
  readonly next: string | null;
}

/** What a notice says and what to do next; a code from a newer version shows itself and its details. */
export function noticeText({ code, details, subject }: Notice, { notices, format }: { readonly notices: NoticeTexts; readonly format: Format }): SaidNotice {
  const text = Object.hasOwn(notices, code) ? notices[code as keyof NoticeTexts] : undefined;
  if (text === undefined) return { what: `${code}: ${JSON.stringify(details)}`, next: null };
  return { what: (text.says as (details: unknown, format: Format, subject: string) => string)(details, format, subject), next: text.next };
}
