import { Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { ImportPreflight } from "../../../shared/schemas/import-preflight.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { Path } from "../../ui/names.tsx";
import { FolderBrowser } from "../folder/folder-browser.tsx";
import { ChoiceList } from "../frame/choice-list.tsx";
import styles from "./import.module.css";
import type { ImportState } from "./import-state.ts";

interface ChecksumChoiceProps {
  readonly state: ImportState;
  readonly pasted: string;
  readonly found: ImportPreflight["checksums"];
  readonly onChange: (change: Partial<ImportState>) => void;
  readonly onPaste: (text: string) => void;
}

/** What every file is held against: the list beside the weights proves that nothing broke on the way, one that came another way also that nothing was changed. */
export function ChecksumChoice({ state, pasted, found, onChange, onPaste }: ChecksumChoiceProps): ReactNode {
  const { wizards: { import: words } } = useLocale();
  const [folder, setFolder] = useState(state.folder);
  const beside = state.list === "folder" ? (found?.source ?? null) : null;
  return (
    <section className={styles["part"]}>
      <h3>{words.field.checksums}</h3>
      <ChoiceList
        label={words.field.checksums} pick="one" chosen={[state.list]} onPick={(id) => onChange({ list: id as ImportState["list"] })}
        choices={[
          { id: "folder", title: words.lists.folder, what: state.list !== "folder" || beside !== null ? words.listFolderWhat : words.listFolderNone },
          { id: "file", title: words.lists.file, what: words.listFileWhat },
          { id: "text", title: words.lists.text, what: words.listTextWhat },
          { id: "nowhere", title: words.lists.nowhere, what: words.checksumsWhat },
        ]}
      />
      {state.list === "file" && (
        <>
          {state.listFile !== "" && <Path path={state.listFile} />}
          <FolderBrowser label={words.listFolderLabel} folder={folder} onFolder={setFolder} chosenFile={state.listFile} onFile={(listFile) => onChange({ listFile })} />
        </>
      )}
      {state.list === "text" && <Textarea label={words.pasteLabel} value={pasted} onChange={(event) => onPaste(event.currentTarget.value)} rows={6} dir="ltr" spellCheck={false} classNames={{ input: styles["pasted"] ?? "" }} placeholder={"9f86d0…  model-00001-of-00002.safetensors"} />}
      {found !== null && <Coverage found={found} />}
    </section>
  );
}

function Coverage({ found: { source, covered, uncovered, absent } }: { readonly found: NonNullable<ImportPreflight["checksums"]> }): ReactNode {
  const { wizards: { import: words }, format } = useLocale();
  const named = (names: readonly string[]): string => `${names.slice(0, 6).map((name) => shownText(name, 80)).join(" · ")}${names.length > 6 ? " …" : ""}`;
  return (
    <ul className={styles["checks"]} role="status">
      <li data-tone={covered === 0 ? "note" : "ok"}>{words.covered(shownText(source === "pasted" ? words.pastedName : source, 120), format.count(covered))}</li>
      {uncovered.length > 0 && <li data-tone="note">{words.uncovered(format.count(uncovered.length), named(uncovered))}</li>}
      {absent.length > 0 && <li data-tone="note">{words.absent(format.count(absent.length), named(absent))}</li>}
    </ul>
  );
}
