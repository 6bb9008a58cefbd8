import type { ReactNode } from "react";
import type { ModelArithmetic } from "../../../shared/schemas/model-spec.ts";
import { DASH } from "../../texts/format.ts";
import { useLocale } from "../../texts/locale.tsx";
import { Bytes, Figure } from "../../ui/figures.tsx";
import styles from "./weight-classes.module.css";

/** Where the bytes are: one bar a class, the largest first; the darker part is what one token passes through. */
export function WeightClasses({ classes }: { readonly classes: ModelArithmetic["classes"] }): ReactNode {
  const { texts, format } = useLocale();
  const sorted = classes.toSorted((one, other) => other.bytes - one.bytes);
  const total = sorted.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = sorted[0]?.bytes ?? 1;
  return (
    <table className={styles["classes"]}>
      <thead>
        <tr><th>{texts.model.weightClass}</th><td className={styles["wide"]} /><th>{texts.model.bytes}</th><th>{texts.model.share}</th><th>{texts.model.bits}</th><th>{texts.model.matrices}</th><th>{texts.models.parameters}</th><th>{texts.model.activeShare}</th></tr>
      </thead>
      <tbody>
        {sorted.map(({ weightClass, bytes, matrices, parameters, activeParameters }) => {
          const active = parameters === 0 ? 0 : activeParameters / parameters;
          return (
            <tr key={weightClass}>
              <th scope="row"><bdi dir="ltr"><code>{weightClass}</code></bdi></th>
              <td><span className={styles["bar"]} style={{ inlineSize: `${(bytes / largest) * 100}%` }}><span className={styles["active"]} style={{ inlineSize: `${active * 100}%` }} /></span></td>
              <td><Bytes value={bytes} /></td>
              <td><Figure>{format.percent(total === 0 ? 0 : bytes / total)}</Figure></td>
              <td><Figure>{parameters === 0 ? DASH : format.decimal((bytes * 8) / parameters, 2)}</Figure></td>
              <td><Figure>{format.count(matrices)}</Figure></td>
              <td><Figure>{format.parameters(parameters)}</Figure></td>
              <td><Figure>{format.percent(active)}</Figure></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
