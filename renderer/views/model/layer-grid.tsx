import { type ReactNode, useId } from "react";
import type { ModelSpec } from "../../../shared/schemas/model-spec.ts";
import type { Recipe } from "../../../shared/schemas/recipe.ts";
import { useLocale } from "../../texts/locale.tsx";
import { Figure } from "../../ui/figures.tsx";
import styles from "./layer-grid.module.css";
import { weightBits, type WeightBits } from "./weight-bits.ts";

const LEAST_ROW_PX = 10;
const MOST_ROW_PX = 22;
/** The drawing of few layers grows to about this height. */
const WANTED_PX = 260;
const LABEL_PX = 30;
const ATTENTION_PX = 48;
const SHARED_PX = 40;
const GAP_PX = 8;
const EXPERTS_PX = 640;
/** Narrower cells run into one another: from here on the row is drawn whole. */
const LEAST_CELL_PX = 3;

/** Rows are layers, the cells of a row its experts, colour is bits a weight. A recipe speaks of classes and layers, so a row has one colour for its experts. */
export function LayerGrid({ spec, recipe }: { readonly spec: ModelSpec; readonly recipe: Recipe | null }): ReactNode {
  const { texts, format } = useLocale();
  const pattern = useId();
  const experts = spec.moe?.expertCount ?? 0;
  const rowPx = Math.max(LEAST_ROW_PX, Math.min(MOST_ROW_PX, Math.floor(WANTED_PX / spec.layers.length)));
  const cellPx = Math.min(24, EXPERTS_PX / Math.max(1, experts));
  const expertsPx = experts === 0 ? 240 : cellPx * experts;
  const hasShared = (spec.moe?.sharedIntermediateSize ?? 0) > 0;
  const attentionClass = spec.attention.kind === "mla" ? "kv_b_proj" : "k_proj";
  const sharedX = LABEL_PX + ATTENTION_PX + GAP_PX;
  const mainX = sharedX + (hasShared ? SHARED_PX + GAP_PX : 0);
  const width = mainX + expertsPx;
  const used = new Set<WeightBits>();
  const bitsOf = (weightClass: string, layer: number): WeightBits => {
    const bits = weightBits(recipe, weightClass, layer);
    used.add(bits);
    return bits;
  };
  const rows = spec.layers.map(({ kind }, layer) => ({
    layer, kind, attention: bitsOf(attentionClass, layer), shared: kind === "moe" && hasShared ? bitsOf("shared_experts.gate_up", layer) : null,
    main: bitsOf(kind === "moe" ? "experts.gate_up" : "mlp.gate_up", layer),
  }));
  const label = spec.moe === null ? texts.model.denseHint(format.count(spec.layers.length)) : texts.model.layersHint(format.count(spec.layers.length), format.count(experts), format.count(spec.moe.expertsPerToken));
  return (
    <div className={styles["grid"]}>
      <svg viewBox={`0 -16 ${width} ${rows.length * rowPx + 16}`} width={width} height={rows.length * rowPx + 16} className={styles["drawing"]} role="img" aria-label={label}>
        <defs>
          <pattern id={pattern} width={cellPx} height={rowPx} patternUnits="userSpaceOnUse" x={mainX}><rect x={cellPx - Math.min(1, cellPx / 4)} width={Math.min(1, cellPx / 4)} height={rowPx} className={styles["gap"]} /></pattern>
        </defs>
        <text x={LABEL_PX} y={-5} className={styles["label"]}>{texts.model.attention}</text>
        {hasShared && <text x={sharedX} y={-5} className={styles["label"]}>{texts.model.shared}</text>}
        <text x={mainX} y={-5} className={styles["label"]}>{spec.moe === null ? texts.model.mlp : texts.model.experts}</text>
        {rows.map((row) => {
          const y = row.layer * rowPx;
          return (
            <g key={row.layer}>
              {(row.layer % 5 === 0 || row.layer === rows.length - 1) && <text x={LABEL_PX - 6} y={y + rowPx / 2 + 3} textAnchor="end" className={styles["label"]}>{row.layer}</text>}
              <rect x={LABEL_PX} y={y} width={ATTENTION_PX} height={rowPx - 1} data-bits={row.attention ?? "published"} className={styles["cell"]} />
              {row.kind === "moe" && hasShared && <rect x={sharedX} y={y} width={SHARED_PX} height={rowPx - 1} data-bits={row.shared ?? "published"} className={styles["cell"]} />}
              <rect x={mainX} y={y} width={expertsPx} height={rowPx - 1} data-bits={row.main ?? "published"} className={styles["cell"]} data-kind={row.kind} />
              {row.kind === "moe" && cellPx >= LEAST_CELL_PX && <rect x={mainX} y={y} width={expertsPx} height={rowPx - 1} fill={`url(#${pattern})`} />}
            </g>
          );
        })}
      </svg>
      <ul className={styles["legend"]}>
        {([4, 8, 32, null] as const).filter((bits) => used.has(bits)).map((bits) => (
          <li key={bits}><span className={styles["swatch"]} data-bits={bits ?? "published"} /><Figure>{bits === 32 ? texts.model.float32 : bits === null ? texts.model.published : bits}</Figure></li>
        ))}
      </ul>
      {spec.moe !== null && <p className={styles["note"]}>{texts.model.routingNotMeasured}</p>}
    </div>
  );
}
