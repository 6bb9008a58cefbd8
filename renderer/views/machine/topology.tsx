import type { ReactNode } from "react";
import type { Machine } from "../../../shared/schemas/machine.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { Figure } from "../../ui/figures.tsx";
import { DEVICE_HEIGHT, DEVICE_WIDTH, placeTopology } from "./place-topology.ts";
import styles from "./topology.module.css";

/** Which device sits by which processors, and how devices reach each other. The same in words stands in the tables beside it. */
export function Topology({ machine }: { readonly machine: Machine }): ReactNode {
  const { texts, format } = useLocale();
  const { width, height, nodes, links, kinds } = placeTopology(machine);
  return (
    <div className={styles["topology"]}>
      <svg viewBox={`-1 -1 ${width + 2} ${height + 2}`} className={styles["drawing"]} width={width + 2} height={height + 2} role="img" aria-label={texts.machine.topology}>
        {nodes.map((node) => (
          <g key={node.id ?? "unplaced"}>
            <rect x={node.x} y={node.y} width={node.width} height={node.height} rx="6" className={styles["node"]} />
            <text x={12} y={node.y + 17} className={styles["nodeName"]}>{node.id === null ? texts.machine.unplaced : texts.machine.node(String(node.id))}</text>
            <text x={12} y={node.y + 32} className={styles["soft"]}>{[node.cpus === null ? null : node.cpus === "" ? texts.machine.noProcessors : texts.machine.processors(shownText(node.cpus, 60)), node.memoryBytes === null ? null : format.bytes(node.memoryBytes)].filter((part) => part !== null).join(" · ")}</text>
          </g>
        ))}
        {links.map((link) => <path key={link.path} d={link.path} className={styles["link"]} data-speed={link.speed}><title>{link.kind}</title></path>)}
        {nodes.flatMap(({ devices }) => devices).map(({ device, x, y }) => (
          <g key={device.id} className={styles["device"]} data-state={device.state}>
            <rect x={x} y={y} width={DEVICE_WIDTH} height={DEVICE_HEIGHT} rx="4" />
            <text x={x + 8} y={y + 16} className={styles["deviceName"]}>{shortened(device.index === null ? device.id : `${device.index}  ${device.model ?? device.family ?? ""}`, 15)}</text>
            <text x={x + 8} y={y + 31} className={styles["soft"]}>{format.bytes(device.memory.totalBytes)} · {texts.machine.state[device.state]}</text>
            <title>{shownText(device.id)}</title>
          </g>
        ))}
      </svg>
      {kinds.length > 0 && (
        <table className={styles["kinds"]}>
          <thead><tr><th>{texts.machine.linkKind}</th><th>{texts.machine.linkCount}</th></tr></thead>
          <tbody>{kinds.map(({ kind, speed, pairs }) => <tr key={kind}><td><span className={styles["sample"]} data-speed={speed} /><bdi>{shownText(kind, 32)}</bdi></td><td><Figure>{format.count(pairs)}</Figure></td></tr>)}</tbody>
        </table>
      )}
    </div>
  );
}

function shortened(text: string, longest: number): string {
  const plain = shownText(text, 80);
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1)}…`;
}
