import { type ReactNode, useState } from "react";
import type { Notice } from "../../../shared/schemas/machine.ts";
import { useLocale } from "../../texts/locale.tsx";
import { noticeText } from "../../texts/notice-text.ts";
import { shownText } from "../../texts/shown-text.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Section } from "../../ui/page.tsx";
import styles from "./findings.module.css";

const SEVERITIES = ["problem", "warning", "info"] as const satisfies readonly Notice["severity"][];
/** A machine with hundreds of devices can have as many notices; the worst come first. */
const SHOWN = 100;

/** What must be known beside the facts: absences with their reason, faults, limits; each with what to do. The worst first. */
export function Findings({ notices }: { readonly notices: readonly Notice[] }): ReactNode {
  const { texts, format } = useLocale();
  const [all, showAll] = useState(false);
  const sorted = SEVERITIES.flatMap((severity) => notices.filter((notice) => notice.severity === severity));
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  return (
    <Section title={texts.machine.findings}>
      {notices.length === 0 ? <EmptyState what={texts.machine.nothingAbsent} /> : (
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is the machine's, and nothing tells two equal notices apart
        <ul className={styles["list"]}>{shown.map((notice, index) => <Finding key={`${notice.code} ${notice.subject} ${index}`} notice={notice} />)}</ul>
      )}
      {sorted.length > shown.length && <button type="button" className={styles["more"]} onClick={() => showAll(true)}>{texts.common.show}: {format.count(sorted.length - shown.length)}</button>}
    </Section>
  );
}

function Finding({ notice }: { readonly notice: Notice }): ReactNode {
  const locale = useLocale();
  const { texts } = locale;
  const { what, next } = noticeText(notice, locale);
  return (
    <li className={styles["finding"]} data-severity={notice.severity}>
      <span className={styles["severity"]}>{texts.machine.severity[notice.severity]}</span>
      <bdi className={styles["subject"]}>{shownText(notice.subject, 80)}</bdi>
      <div className={styles["words"]}>
        <p>{what}</p>
        {next !== null && <p className={styles["next"]}>{next}</p>}
        {notice.evidence.length > 0 && (
          <details>
            <summary>{texts.machine.evidence}</summary>
            <ul className={styles["evidence"]} dir="ltr">
              {notice.evidence.map(({ source, excerpt }) => (
                <li key={source}><code>{shownText(source)}</code>{excerpt !== null && <pre>{excerpt.split("\n").map((line) => shownText(line)).join("\n")}</pre>}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}
