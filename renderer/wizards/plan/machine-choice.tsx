import { Select } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { useSites } from "../../queries.ts";
import { shownText } from "../../texts/shown-text.ts";
import { QueryGate } from "../../ui/query-gate.tsx";
import { FolderBrowser } from "../folder/folder-browser.tsx";
import { isAbsolutePath } from "../folder/join-path.ts";
import { ChoiceList } from "../frame/choice-list.tsx";
import { usePlanPresets } from "./use-plan.ts";

interface MachineChoiceProps {
  /** "here", the name of a preset, the id of a site, the absolute path of a record; "": a kind is chosen and the rest is not. */
  readonly machine: string;
  readonly onMachine: (machine: string) => void;
}

type Kind = "here" | "kept" | "preset" | "site";

/** The machine that consequences are counted for: this one, a site's, or one that does not stand anywhere yet. */
export function MachineChoice({ machine, onMachine }: MachineChoiceProps): ReactNode {
  const { wizards: { plan: words } } = useLocale();
  const presets = usePlanPresets();
  const [asked, ask] = useState<Kind | null>(null);
  const sites = useSites().data ?? [];
  const kind: Kind | null = asked ?? kindOf(machine, sites.map(({ id }) => id));
  return (
    <>
      <ChoiceList
        label={words.machine} pick="one" chosen={kind === null ? [] : [kind]}
        choices={[{ id: "here", title: words.here, what: words.hereWhat }, ...(sites.length === 0 ? [] : [{ id: "kept", title: words.kept, what: words.keptWhat }]), { id: "site", title: words.site, what: words.siteWhat }, { id: "preset", title: words.preset, what: words.presetWhat }]}
        onPick={(id) => {
          ask(id as Kind);
          onMachine(id === "here" ? "here" : "");
        }}
      />
      {kind === "kept" && (
        <Select
          label={words.keptPick} searchable value={sites.some(({ id }) => id === machine) ? machine : null} data={sites.map(({ id, name }) => ({ value: id, label: shownText(name, 80) }))}
          onChange={(id) => id !== null && onMachine(id)}
        />
      )}
      {kind === "preset" && (
        <QueryGate query={presets} heightPx={56}>
          {(known) => (
            <Select
              label={words.presetPick} searchable value={known.some(({ name }) => name === machine) ? machine : null} data={known.map(({ name, title }) => ({ value: name, label: title }))}
              onChange={(name) => name !== null && onMachine(name)}
            />
          )}
        </QueryGate>
      )}
      {kind === "site" && <SiteFile machine={machine} onMachine={onMachine} />}
    </>
  );
}

function kindOf(machine: string, sites: readonly string[]): Kind | null {
  if (machine === "") return null;
  if (machine === "here") return "here";
  if (isAbsolutePath(machine)) return "site";
  return sites.includes(machine) ? "kept" : "preset";
}

function SiteFile({ machine, onMachine }: MachineChoiceProps): ReactNode {
  const { wizards: { plan: words } } = useLocale();
  const [folder, setFolder] = useState("");
  return <FolderBrowser label={words.siteFile} folder={folder} onFolder={setFolder} onFile={onMachine} chosenFile={machine} />;
}
