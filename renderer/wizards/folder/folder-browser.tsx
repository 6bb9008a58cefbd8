import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useEffect, useState } from "react";
import type { FolderEntry, FolderListing, Recognised } from "../../../shared/schemas/folder.ts";
import { useClient } from "../../client-context.ts";
import { readError } from "../../read-error.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { type DataColumn, DataTable } from "../../ui/data-table.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Bytes, Time } from "../../ui/figures.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import styles from "./folder-browser.module.css";
import { isAbsolutePath, joinPath, parentPath } from "./join-path.ts";
import { useFolder, usePlaces } from "./use-folder.ts";

interface FolderBrowserProps {
  /** What is looked for: the name of the field and of the system's dialog. */
  readonly label: string;
  /** The folder shown; "" : none yet. */
  readonly folder: string;
  readonly onFolder: (path: string) => void;
  /** A file was chosen; absent where only folders are. */
  readonly onFile?: (path: string) => void;
  readonly chosenFile?: string;
}

/** Folders of the machine that serves, which need not be the reader's own. A path can be typed, a place begun from, a folder opened. */
export function FolderBrowser({ label, folder, onFolder, onFile, chosenFile = "" }: FolderBrowserProps): ReactNode {
  const listing = useFolder(folder);
  const isFile = onFile !== undefined && listing.error !== null && readError(listing.error).code === "files.notADirectory";
  // A typed path may lead to the very file: then its folder is shown, with it chosen.
  useEffect(() => {
    if (!isFile) return;
    onFolder(parentPath(folder));
    onFile(folder);
  }, [isFile, folder, onFolder, onFile]);
  return (
    <div className={styles["browser"]}>
      <PathField label={label} folder={folder} onFolder={onFolder} what={onFile === undefined ? "folder" : "file"} onFile={onFile} />
      <Places onFolder={onFolder} />
      {folder !== "" && <QueryGate query={listing} heightPx={220}>{(found) => <Listing listing={found} onFolder={onFolder} onFile={onFile} chosenFile={chosenFile} />}</QueryGate>}
    </div>
  );
}

function PathField({ label, folder, onFolder, what, onFile }: Pick<FolderBrowserProps, "label" | "folder" | "onFolder"> & { readonly what: "folder" | "file"; readonly onFile: ((path: string) => void) | undefined }): ReactNode {
  const { wizards: words } = useLocale();
  const client = useClient();
  const [typed, setTyped] = useState(folder);
  useEffect(() => setTyped(folder), [folder]);
  const path = typed.trim();
  const isWrong = path !== "" && !isAbsolutePath(path);
  const open = (): void => {
    if (path !== "" && !isWrong) onFolder(path);
  };
  const choose = useMutation({
    mutationFn: () => client.desktop.choose({ what, title: label.slice(0, 200), from: folder === "" ? null : folder }),
    onSuccess: (chosen) => chosen !== null && (onFile ?? onFolder)(chosen),
  });
  // Enter in this field opens the folder; it must not send the step.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    open();
  };
  return (
    <>
      <div className={styles["path"]}>
        <TextInput className={styles["field"]} label={label} value={typed} dir="ltr" spellCheck={false} autoComplete="off" placeholder={what === "folder" ? words.folder.placeholder : words.folder.filePlaceholder} error={isWrong ? words.folder.notAbsolute : undefined} onChange={(event) => setTyped(event.currentTarget.value)} onKeyDown={onKeyDown} />
        <Button onClick={open} disabled={path === "" || isWrong}>{words.folder.open}</Button>
        {hasDesktop() && <Button onClick={() => choose.mutate()} disabled={choose.isPending}>{words.folder.dialog}</Button>}
      </div>
      {choose.error !== null && <ErrorPanel error={choose.error} />}
    </>
  );
}

/** Electron's window left its offer (client.ts); a browser has no dialog of the machine that serves. */
function hasDesktop(): boolean {
  return "sallyport" in globalThis;
}

function Places({ onFolder }: Pick<FolderBrowserProps, "onFolder">): ReactNode {
  const { wizards: words } = useLocale();
  const places = usePlaces().data ?? [];
  return (
    <div className={styles["places"]} role="group" aria-label={words.folder.places}>
      {places.map(({ kind, path }) => (
        <button key={path} type="button" className={styles["place"]} onClick={() => onFolder(path)} title={shownText(path)}>
          {kind === "drive" ? <bdi dir="ltr">{shownText(path, 40)}</bdi> : words.folder.place[kind]}
        </button>
      ))}
    </div>
  );
}

type Row = { readonly kind: "parent"; readonly path: string } | { readonly kind: "entry"; readonly path: string; readonly entry: FolderEntry };

function Listing({ listing, onFolder, onFile, chosenFile }: { readonly listing: FolderListing; readonly chosenFile: string } & Pick<FolderBrowserProps, "onFolder"> & { readonly onFile: ((path: string) => void) | undefined }): ReactNode {
  const { wizards: words, format } = useLocale();
  const rows: Row[] = [
    ...(listing.parent === null ? [] : [{ kind: "parent" as const, path: listing.parent }]),
    ...listing.entries.map((entry) => ({ kind: "entry" as const, path: joinPath(listing.path, entry.name), entry })),
  ];
  const onOpen = (row: Row): void => {
    if (row.kind === "parent" || row.entry.kind === "folder") onFolder(row.path);
    else onFile?.(row.path);
  };
  const left = [
    listing.hiddenCount > 0 ? words.folder.hidden(format.count(listing.hiddenCount)) : "", listing.leftOutCount > 0 ? words.folder.leftOut(format.count(listing.leftOutCount)) : "",
    listing.unexaminedCount > 0 ? words.folder.unexamined(format.count(listing.unexaminedCount)) : "",
  ].filter((line) => line !== "");
  return (
    <>
      <div className={styles["listing"]}><DataTable label={words.folder.contents} rows={rows} columns={columns(words)} keyOf={({ path }) => path} onOpen={onOpen} selectedKey={chosenFile} fills /></div>
      <p className={styles["left"]}>{rows.length <= 1 && listing.entries.length === 0 ? words.folder.empty : left.join(" ")}</p>
    </>
  );
}

function columns(words: ReturnType<typeof useLocale>["wizards"]): DataColumn<Row>[] {
  return [
    { id: "name", title: words.folder.name, width: "minmax(140px, 3fr)", cell: (row) => (row.kind === "parent" ? words.folder.up : <bdi>{row.entry.kind === "folder" ? "▸ " : ""}{shownText(row.entry.name, 120)}</bdi>) },
    { id: "holds", title: words.folder.holdsTitle, width: "minmax(88px, 1.2fr)", cell: (row) => (row.kind === "parent" ? "" : <Holds entry={row.entry} />) },
    { id: "bytes", title: words.folder.size, align: "end", width: "72px", cell: (row) => (row.kind === "entry" && row.entry.bytes !== null ? <Bytes value={row.entry.bytes} /> : "") },
    { id: "changed", title: words.folder.changed, width: "132px", cell: (row) => (row.kind === "entry" ? <Time iso={row.entry.modifiedAt} /> : "") },
  ];
}

function Holds({ entry }: { readonly entry: FolderEntry }): ReactNode {
  const { wizards: words } = useLocale();
  if (!entry.readable) return <span className={styles["barred"]}>{words.folder.unreadable}</span>;
  return entry.holds === null ? "" : <Holding holds={entry.holds} />;
}

export function Holding({ holds }: { readonly holds: Recognised }): ReactNode {
  return <span className={styles["holds"]}>{useLocale().wizards.folder.holds[holds]}</span>;
}
