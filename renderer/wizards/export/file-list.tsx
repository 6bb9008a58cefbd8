import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { Path } from "../../ui/names.tsx";
import { FolderBrowser } from "../folder/folder-browser.tsx";
import styles from "./export.module.css";

interface FileListProps {
  readonly title: string;
  readonly what: string;
  /** The field of the browser. */
  readonly label: string;
  readonly files: readonly string[];
  readonly most: number;
  readonly onFiles: (files: readonly string[]) => void;
}

/** Files of the machine that serves, one after the other; the browser is there only while one is looked for. */
export function FileList({ title, what, label, files, most, onFiles }: FileListProps): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const [isOpen, setOpen] = useState(false);
  const [folder, setFolder] = useState("");
  const take = (file: string): void => {
    setOpen(false);
    if (!files.includes(file)) onFiles([...files, file].slice(-most));
  };
  return (
    <section className={styles["part"]}>
      <h3>{title}</h3>
      <p className={styles["soft"]}>{what}</p>
      {files.length > 0 && (
        <ul className={styles["list"]} aria-label={title}>
          {files.map((file) => <li key={file}><span className={styles["grow"]}><Path path={file} /></span><Button size="compact-sm" aria-label={words.removeOf(file)} onClick={() => onFiles(files.filter((each) => each !== file))}>{words.remove}</Button></li>)}
        </ul>
      )}
      <div className={styles["buttons"]}><Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{isOpen ? words.closeBrowser : words.chooseFile}</Button></div>
      {isOpen && <FolderBrowser label={label} folder={folder} onFolder={setFolder} onFile={take} />}
    </section>
  );
}
