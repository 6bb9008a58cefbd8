import type { ReactNode } from "react";
import { useSample } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { DropFolder } from "../folder/drop-folder.tsx";
import { FolderBrowser, Holding } from "../folder/folder-browser.tsx";
import { useFolder } from "../folder/use-folder.ts";
import styles from "./import.module.css";

export function FolderStep({ folder, onFolder }: { readonly folder: string; readonly onFolder: (folder: string) => void }): ReactNode {
  const { wizards: { import: words } } = useLocale();
  const listing = useFolder(folder).data;
  const sample = useSample().data ?? null;
  return (
    <>
      <p>{words.folderWhat}</p>
      <DropFolder onFolder={onFolder}><FolderBrowser label={words.folderLabel} folder={folder} onFolder={onFolder} /></DropFolder>
      <p className={styles["verdict"]} role="status">
        {folder === "" && sample !== null && <button type="button" className={styles["link"]} onClick={() => onFolder(sample.checkpoint)}>{words.trySample}</button>}
        {listing !== undefined && (listing.holds === null ? words.notOne : <>{words.thisFolder} <Holding holds={listing.holds} /></>)}
      </p>
    </>
  );
}
