import { Button, NumberInput, PasswordInput, Select } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useBundles } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { Path } from "../../ui/names.tsx";
import { FolderBrowser } from "../folder/folder-browser.tsx";
import { ChoiceList } from "../frame/choice-list.tsx";
import { WizardField } from "../frame/wizard-field.tsx";
import styles from "./export.module.css";
import { chosenBytes, type ExportState, folderName, MEDIUM_CHOICES, type MediumChoice, MOST_RECOVERY } from "./export-state.ts";

interface MediaStepProps {
  readonly state: ExportState;
  readonly usualName: string;
  readonly target: string;
  readonly isTaken: boolean;
  readonly passphrase: string;
  readonly onPassphrase: (passphrase: string) => void;
  readonly onChange: (change: Partial<ExportState>) => void;
}

/** Where it is made, what carries it, and who vouches for it. */
export function MediaStep({ state, usualName, target, isTaken, passphrase, onPassphrase, onChange }: MediaStepProps): ReactNode {
  const { wizards: { export: words } } = useLocale();
  return (
    <>
      <section className={styles["part"]}>
        <h3>{words.where}</h3>
        <FolderBrowser label={words.folderLabel} folder={state.folder} onFolder={(folder) => onChange({ folder })} />
        <WizardField label={words.name} placeholder={usualName} value={state.name} maxLength={100} error={isTaken ? words.taken : undefined} onValue={(typed) => onChange({ name: folderName(typed) })} />
        {target !== "" && <p>{words.willLie} <Path path={target} /></p>}
      </section>
      <Media state={state} onChange={onChange} />
      <Base state={state} onChange={onChange} />
      <Key state={state} passphrase={passphrase} onPassphrase={onPassphrase} onChange={onChange} />
    </>
  );
}

function Media({ state, onChange }: Pick<MediaStepProps, "state" | "onChange">): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const isWrong = state.medium === "own" && state.size !== "" && chosenBytes(state) === undefined;
  return (
    <section className={styles["part"]}>
      <h3>{words.media}</h3>
      <p className={styles["soft"]}>{words.mediaWhat}</p>
      <div className={styles["fields"]}>
        <Select label={words.mediumPick} value={state.medium} allowDeselect={false} data={MEDIUM_CHOICES.map((value) => ({ value, label: words.medium[value] }))} onChange={(medium) => onChange({ medium: MEDIUM_CHOICES.find((each): each is MediumChoice => each === medium) ?? "folder" })} />
        {state.medium === "own" && <WizardField label={words.size} placeholder="64MiB" dir="ltr" value={state.size} error={isWrong ? words.sizeWrong : undefined} onValue={(size) => onChange({ size })} />}
        {state.medium !== "folder" && (
          <NumberInput label={words.recovery} value={state.recovery} min={0} max={MOST_RECOVERY} allowDecimal={false} allowNegative={false} clampBehavior="strict" onChange={(value) => typeof value === "number" && onChange({ recovery: value })} />
        )}
      </div>
      {state.medium !== "folder" && <p className={styles["soft"]}>{words.recoveryWhat}</p>}
    </section>
  );
}

function Base({ state, onChange }: Pick<MediaStepProps, "state" | "onChange">): ReactNode {
  const { wizards: { export: words }, format } = useLocale();
  const bundles = useBundles().data ?? [];
  if (bundles.length === 0) return null;
  return (
    <section className={styles["part"]}>
      <h3>{words.base}</h3>
      <p className={styles["soft"]}>{words.baseWhat}</p>
      <Select
        aria-label={words.base} value={state.base} allowDeselect={false} searchable onChange={(base) => onChange({ base: base ?? "" })}
        data={[{ value: "", label: words.baseNone }, ...bundles.toReversed().map(({ id, name, createdAt }) => ({ value: id, label: `${shownText(name, 60)} · ${id} · ${format.time(createdAt)}` }))]}
      />
    </section>
  );
}

function Key({ state: { key }, passphrase, onPassphrase, onChange }: Pick<MediaStepProps, "state" | "passphrase" | "onPassphrase" | "onChange">): ReactNode {
  const { wizards: { export: words } } = useLocale();
  const [isAsked, ask] = useState(key !== "");
  const [folder, setFolder] = useState("");
  const signs = isAsked || key !== "";
  return (
    <section className={styles["part"]}>
      <h3>{words.signature}</h3>
      <ChoiceList
        label={words.signature} pick="one" chosen={[signs ? "key" : "none"]}
        choices={[{ id: "none", title: words.unsigned, what: words.unsignedWhat }, { id: "key", title: words.byKey, what: words.byKeyWhat }]}
        onPick={(id) => {
          ask(id === "key");
          if (id === "none") onChange({ key: "" });
          onPassphrase("");
        }}
      />
      {signs && key === "" && <FolderBrowser label={words.keyFile} folder={folder} onFolder={setFolder} onFile={(file) => onChange({ key: file })} />}
      {key !== "" && (
        <>
          <div className={styles["buttons"]}><span className={styles["grow"]}><Path path={key} /></span><Button size="compact-sm" onClick={() => onChange({ key: "" })}>{words.otherKey}</Button></div>
          <Passphrase value={passphrase} onValue={onPassphrase} />
        </>
      )}
    </section>
  );
}

/** Held by the page while it is open, told to the one call that signs, and nowhere written. */
export function Passphrase({ value, onValue, error }: { readonly value: string; readonly onValue: (value: string) => void; readonly error?: string }): ReactNode {
  const { wizards: { export: words } } = useLocale();
  return <PasswordInput label={words.passphrase} description={words.passphraseWhat} value={value} error={error} maxLength={1024} autoComplete="off" spellCheck={false} dir="ltr" visibilityToggleButtonProps={{ "aria-label": words.showPassphrase }} onChange={(event) => onValue(event.currentTarget.value)} />;
}
