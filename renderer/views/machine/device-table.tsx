import type { ReactNode } from "react";
import type { Accelerator } from "../../../shared/schemas/machine.ts";
import { DASH } from "../../texts/format.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Bytes } from "../../ui/figures.tsx";
import { Name } from "../../ui/names.tsx";
import styles from "./device-table.module.css";

/** What software addresses as devices: dies, GPUs, slices, in the order of the vendor's tool. */
export function DeviceTable({ accelerators }: { readonly accelerators: readonly Accelerator[] }): ReactNode {
  const { texts } = useLocale();
  const { field } = texts.machine;
  if (accelerators.length === 0) return <EmptyState what={texts.home.noAccelerators} next={texts.machine.noDevices} />;
  return (
    <DataTable
      label={texts.machine.devices} rows={accelerators} keyOf={({ id }) => id}
      columns={[
        { id: "device", title: field.device, width: "minmax(110px, 1.4fr)", cell: ({ id }) => <Name>{id}</Name> },
        { id: "model", title: field.model, width: "minmax(100px, 1.4fr)", cell: ({ model, family }) => <Name>{model ?? family ?? DASH}</Name> },
        { id: "soc", title: field.kernelsFor, width: "minmax(100px, 1fr)", cell: ({ socName, computeCapability }) => <Name>{socName ?? (computeCapability === null ? DASH : `sm ${computeCapability}`)}</Name> },
        { id: "memory", title: field.memory, width: "minmax(76px, 0.7fr)", align: "end", cell: ({ memory }) => <Bytes value={memory.totalBytes} /> },
        { id: "free", title: field.free, width: "minmax(76px, 0.7fr)", align: "end", cell: ({ memory }) => <Bytes value={memory.freeBytes} /> },
        { id: "kind", title: field.kind, width: "minmax(52px, 0.5fr)", cell: ({ memory }) => memory.kind?.toUpperCase() ?? DASH },
        { id: "numa", title: field.numa, width: "52px", align: "end", cell: ({ numaNode }) => numaNode ?? DASH },
        { id: "bus", title: field.bus, width: "minmax(110px, 1fr)", cell: ({ busId }) => <Name>{busId ?? DASH}</Name> },
        { id: "health", title: field.health, width: "minmax(64px, 0.7fr)", cell: ({ health }) => <Name>{health ?? DASH}</Name> },
        {
          id: "state", title: field.state, width: "minmax(120px, 1.4fr)",
          cell: ({ state, isPartitioned, parentId }) => (
            <span><span className={styles["state"]} data-state={state}>{texts.machine.state[state]}</span>{isPartitioned && ` ${field.slices}`}{parentId !== null && ` ${field.sliceOf(`\u2068${shownText(parentId, 40)}\u2069`)}`}</span>
          ),
        },
      ]}
    />
  );
}
