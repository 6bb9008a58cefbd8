import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Machine } from "../../../shared/schemas/machine.ts";
import { useMachine, useMeasureMachine } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Figure, KeyFigures } from "../../ui/figures.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";

/** Chips, memory, bandwidth, room: what decides everything else, in one line. */
export function MachineStrip(): ReactNode {
  const { texts, format } = useLocale();
  const machine = useMachine();
  const measure = useMeasureMachine();
  return (
    <section aria-label={texts.home.machineStrip}>
      {measure.error !== null && <ErrorPanel error={measure.error} />}
      <QueryGate query={machine} heightPx={76}>
        {({ cpu, memory, accelerators, disks, notices }) => {
          const attention = notices.filter(({ severity }) => severity !== "info").length;
          const home = disks.find(({ holdsHome }) => holdsHome === true);
          return (
            <KeyFigures figures={[
              { name: texts.home.processor, value: <bdi>{shownText(cpu.model ?? texts.common.unknown, 80)}</bdi>, note: cpu.usableThreads === null ? undefined : texts.home.threads(format.count(Math.round(cpu.usableThreads * 100) / 100)) },
              { name: texts.home.memory, value: <Figure>{format.bytes(memory.totalBytes)}</Figure>, note: texts.home.usableNow(format.bytes(memory.usableBytes)) },
              {
                name: texts.home.bandwidth, value: memory.readBandwidth === null ? <Button size="compact-xs" loading={measure.isPending} onClick={() => measure.mutate()}>{texts.home.measure}</Button> : <Figure>{format.bandwidth(memory.readBandwidth.bytesPerSecond)}</Figure>,
                note: memory.readBandwidth === null ? texts.home.notMeasured : <Figure>{format.bandwidth(memory.readBandwidth.minimum)} – {format.bandwidth(memory.readBandwidth.maximum)}</Figure>,
              },
              { name: texts.home.accelerators, value: acceleratorNames(accelerators) || texts.home.noAccelerators, note: <Link to="/machine">{attention === 0 ? texts.home.allClear : texts.home.problems(format.count(attention))}</Link> },
              ...(home === undefined ? [] : [{ name: texts.home.freeDisk, value: <Figure>{format.bytes(home.freeBytes)}</Figure>, note: <bdi dir="ltr">{shownText(home.mountPoint, 60)}</bdi> }]),
            ]} />
          );
        }}
      </QueryGate>
    </section>
  );
}

/** "8 × 910B3": the same model once, slices not counted beside the device they are cut from. */
function acceleratorNames(accelerators: Machine["accelerators"]): string {
  const counts = new Map<string, number>();
  for (const { model, family, vendor, isPartitioned } of accelerators) {
    if (isPartitioned) continue;
    const name = shownText(model ?? family ?? vendor, 60);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} × ${name}`).join(", ");
}
