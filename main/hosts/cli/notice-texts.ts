import type { Notice } from "../../../shared/schemas/machine.ts";
import { ASCEND_NOTICE_TEXTS } from "./ascend-notice-texts.ts";
import type { ErrorText } from "./error-texts.ts";
import { MACHINE_NOTICE_TEXTS } from "./machine-notice-texts.ts";
import { NVIDIA_NOTICE_TEXTS } from "./nvidia-notice-texts.ts";
import { RECORDING_NOTICE_TEXTS } from "./recording-notice-texts.ts";

type NoticeText = { readonly says: (details: never, subject: string) => string; readonly next: string };

/** Each table is complete by its list's types; together they know every code that detection gives. */
const TEXTS: Readonly<Record<string, NoticeText>> = { ...MACHINE_NOTICE_TEXTS, ...ASCEND_NOTICE_TEXTS, ...NVIDIA_NOTICE_TEXTS, ...RECORDING_NOTICE_TEXTS };

/** What a notice says and what to do next; a code from a newer version shows itself and its details. */
export function noticeText({ code, details, subject }: Notice): ErrorText {
  const text = Object.hasOwn(TEXTS, code) ? TEXTS[code] : undefined;
  if (text === undefined) return { what: `${code}: ${JSON.stringify(details)}`, next: "A newer Sallyport may know more about it." };
  return { what: text.says(details as never, subject), next: text.next };
}
