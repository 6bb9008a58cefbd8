import type { ReactNode } from "react";
import type { Disk } from "../../../shared/schemas/machine.ts";
import { useLocale } from "../../texts/locale.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Bytes, Figure } from "../../ui/figures.tsx";
import { Name } from "../../ui/names.tsx";
import { DASH } from "../../texts/format.ts";

export function DiskTable({ disks }: { readonly disks: readonly Disk[] }): ReactNode {
  const { texts, format } = useLocale();
  const { field } = texts.machine;
  if (disks.length === 0) return <EmptyState what={texts.common.none} />;
  return (
    <DataTable
      label={texts.machine.disks} rows={disks} keyOf={({ mountPoint }) => mountPoint}
      columns={[
        { id: "mount", title: field.mount, width: "minmax(160px, 3fr)", cell: ({ mountPoint }) => <Name>{mountPoint}</Name> },
        { id: "filesystem", title: field.filesystem, width: "minmax(80px, 1fr)", cell: ({ filesystem }) => <Name>{filesystem ?? DASH}</Name> },
        { id: "total", title: field.total, width: "minmax(80px, 1fr)", align: "end", cell: ({ totalBytes }) => <Bytes value={totalBytes} /> },
        { id: "free", title: field.free, width: "minmax(80px, 1fr)", align: "end", cell: ({ freeBytes }) => <Bytes value={freeBytes} /> },
        { id: "read", title: field.read, width: "minmax(80px, 1fr)", align: "end", cell: ({ readRate }) => <Figure>{format.bandwidth(readRate?.bytesPerSecond ?? null)}</Figure> },
        { id: "notes", title: "", width: "minmax(120px, 2fr)", cell: ({ holdsHome, readOnly }) => [holdsHome === true ? field.home : "", readOnly === true ? field.readOnly : ""].filter((note) => note !== "").join(", ") },
      ]}
    />
  );
}
