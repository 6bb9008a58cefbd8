import type { ReactNode } from "react";
import type { Arrival } from "../shared/schemas/import-preflight.ts";
import type { Locale } from "./texts/locale.tsx";
import { shownText } from "./texts/shown-text.ts";
import { Digest, Path } from "./ui/names.tsx";

/** What was checked of a checkpoint on its way in, and what was not: said in both cases. */
export function arrivalFields({ from, mode, checksums, template }: Arrival, { texts: { model: words }, format }: Locale): readonly { readonly name: string; readonly value: ReactNode; readonly note?: ReactNode }[] {
  return [
    { name: words.cameFrom, value: <Path path={from} />, note: words.cameBy[mode] },
    {
      name: words.checksums, value: checksums === null ? words.checksumsNone : words.checksumsAgree(format.count(checksums.covered), format.count(checksums.covered + checksums.uncovered)),
      ...(checksums === null ? {} : { note: <><bdi dir="ltr">{checksums.source === "pasted" ? words.pastedList : shownText(checksums.source, 200)}</bdi> <Digest digest={checksums.sha256} /></> }),
    },
    ...(template === null ? [] : [{ name: words.template, value: template.isApproved ? words.templateApproved : words.templateNotReviewed, note: <Digest digest={template.sha256} /> }]),
  ];
}
