import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Distribution } from "../../../shared/schemas/report.ts";
import { DASH } from "../../texts/format.ts";
import { useLocale } from "../../texts/locale.tsx";
import { Bytes, Figure } from "../../ui/figures.tsx";
import { Name } from "../../ui/names.tsx";
import type { Compared } from "./compare-packages.ts";
import styles from "./comparison-table.module.css";

/** Speed and quality side by side, every figure with how often it was measured and how far it spreads. */
export function ComparisonTable({ rows, front }: { readonly rows: readonly Compared[]; readonly front: ReadonlySet<string> }): ReactNode {
  const { texts, format } = useLocale();
  const { reports: say } = texts;
  const spread = (figure: Distribution | undefined): ReactNode => figure === undefined ? DASH : <><Figure>{format.withError(figure.median, figure.medianAbsoluteDeviation)}</Figure><small>{say.spread(format.count(figure.n))}</small></>;
  return (
    <div className={styles["scroller"]} tabIndex={0} role="group" aria-label={say.compared}>
      <table className={styles["table"]}>
        <thead><tr>{[say.model, say.recipe, say.weights, say.decode, say.prefill, say.firstToken, say.memory, say.perplexity, say.kl, say.sameTop].map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
        <tbody>
          {rows.map(({ modelId, model, speed, loss, isReference }) => {
            const against = loss?.against ?? null;
            const windows = loss === null ? null : <small>{say.spread(format.count(loss.text.windows))}</small>;
            return (
              <tr key={modelId}>
                <th scope="row"><Link to="/models/$id" params={{ id: modelId }}><Name>{model.name}</Name></Link>{front.has(modelId) && <small className={styles["front"]}>{say.onFront}</small>}</th>
                <td><Name>{model.recipe}</Name></td>
                <td><Bytes value={model.weightBytes} /></td>
                <td>{spread(speed?.decodeTokensPerSecond)}</td>
                <td>{spread(speed?.prefillTokensPerSecond)}</td>
                <td>{speed === null ? DASH : <><Figure>{format.milliseconds(speed.timeToFirstTokenMs.median)}</Figure><small>{say.spread(format.count(speed.timeToFirstTokenMs.n))}</small></>}</td>
                <td><Bytes value={speed?.peakResidentBytes ?? null} /></td>
                <td>{loss === null ? DASH : <><Figure>{format.withError(loss.perplexity, loss.perplexityStandardError)}</Figure>{windows}</>}</td>
                <td>{against !== null ? <><Figure>{format.withError(against.klMean.mean, against.klMean.standardError)}</Figure>{windows}</> : isReference ? <Figure>0</Figure> : DASH}</td>
                <td>{against !== null ? <><Figure>{format.withError(against.sameTop1.mean * 100, against.sameTop1.standardError * 100)} %</Figure>{windows}</> : isReference ? <Figure>100 %</Figure> : DASH}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
