import { type ReactNode, useMemo } from "react";
import type { ModelInspection } from "../../../shared/contract.ts";
import { useLocale } from "../../texts/locale.tsx";
import { Chart } from "../../ui/chart.tsx";
import { Bytes, Figure } from "../../ui/figures.tsx";
import { cacheLengths } from "./cache-lengths.ts";
import styles from "./cache-growth.module.css";

/** Memory of one sequence over its length: what is kept, and what expanded heads would take. The reason for latent attention, in one picture. */
export function CacheGrowth({ inspection: { spec, arithmetic } }: { readonly inspection: Pick<ModelInspection, "spec" | "arithmetic"> }): ReactNode {
  const { texts, format } = useLocale();
  const { cacheBytesPerToken, expandedCacheBytesPerToken } = arithmetic;
  const isLatent = spec.attention.kind === "mla";
  const lengths = useMemo(() => cacheLengths(spec.maxPositions), [spec.maxPositions]);
  const kept = isLatent ? texts.model.latent : texts.model.keysAndValues;
  const options = useMemo(() => ({
    x: { name: texts.model.context, kind: "log" as const, write: format.count },
    y: { name: "", kind: "log" as const, write: format.bytes },
    series: [
      { kind: "line" as const, name: kept, points: lengths.map((tokens) => ({ x: tokens, y: tokens * cacheBytesPerToken })) },
      ...(isLatent ? [{ kind: "line" as const, name: texts.model.expanded, points: lengths.map((tokens) => ({ x: tokens, y: tokens * expandedCacheBytesPerToken })) }] : []),
    ],
  }), [texts, format, kept, lengths, cacheBytesPerToken, expandedCacheBytesPerToken, isLatent]);
  return (
    <div className={styles["growth"]}>
      <Chart label={texts.model.cache} options={options} heightPx={240} />
      <table className={styles["table"]}>
        <thead><tr><th>{texts.model.context}</th><th>{kept}</th>{isLatent && <th>{texts.model.expanded}</th>}{isLatent && <th>{texts.model.factor}</th>}</tr></thead>
        <tbody>
          {lengths.map((tokens) => (
            <tr key={tokens}>
              <td><Figure>{format.count(tokens)}</Figure></td><td><Bytes value={tokens * cacheBytesPerToken} /></td>
              {isLatent && <td><Bytes value={tokens * expandedCacheBytesPerToken} /></td>}
              {isLatent && <td><Figure>{format.decimal(expandedCacheBytesPerToken / cacheBytesPerToken, 1)} ×</Figure></td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
