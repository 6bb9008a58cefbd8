import { Select } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { SITE_PREFIX } from "../../../shared/schemas/site.ts";
import { useSites } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { Time } from "../../ui/figures.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { FolderBrowser } from "../folder/folder-browser.tsx";
import { isAbsolutePath } from "../folder/join-path.ts";
import { ChoiceList } from "../frame/choice-list.tsx";
import { usePlanPresets } from "./use-plan.ts";

interface MachineChoiceProps {
  /** "here", the name of a preset, a known site's id, the absolute path of a site file; "": a kind is chosen and the rest is not. */
  readonly machine: string;
  readonly onMachine: (machine: string) => void;
}

type Kind = "here" | "preset" | "site";

/** The machine that consequences are counted for: this one, a site's, or one that does not stand anywhere yet. */
export function MachineChoice({ machine, onMachine }: MachineChoiceProps): ReactNode {
  const { wizards: { plan: words } } = useLocale();
  const presets = usePlanPresets();
  const [asked, ask] = useState<Kind | null>(null);
  const kind: Kind | null = asked ?? (machine === "" ? null : machine === "here" ? "here" : isAbsolutePath(machine) || machine.startsWith(SITE_PREFIX) ? "site" : "preset");
  return (
    <>
      <ChoiceList
        label={words.machine} pick="one" chosen={kind === null ? [] : [kind]}
        choices={[{ id: "here", title: words.here, what: words.hereWhat }, { id: "site", title: words.site, what: words.siteWhat }, { id: "preset", title: words.preset, what: words.presetWhat }]}
        onPick={(id) => {
          ask(id as Kind);
          onMachine(id === "here" ? "here" : "");
        }}
      />
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
      {kind === "site" && <KnownSites machine={machine} onMachine={onMachine} />}
      {kind === "site" && <SiteFile machine={machine} onMachine={onMachine} />}
    </>
  );
}

/** Those whose record the workbench keeps; the medium that brought it may be gone. */
function KnownSites({ machine, onMachine }: MachineChoiceProps): ReactNode {
  const { wizards: { plan: words } } = useLocale();
  return (
    <QueryGate query={useSites()} heightPx={56}>
      {(sites) => sites.length > 0 && (
        <ChoiceList
          label={words.knownSites} pick="one" chosen={[machine]} onPick={onMachine}
          choices={sites.map(({ id, name, from, addedAt }) => ({ id, title: <bdi>{shownText(name, 120)}</bdi>, what: <bdi dir="ltr">{shownText(from, 200)}</bdi>, figures: <Time iso={addedAt} /> }))}
        />
      )}
    </QueryGate>
  );
}

function SiteFile({ machine, onMachine }: MachineChoiceProps): ReactNode {
  const { wizards: { plan: words } } = useLocale();
  const [folder, setFolder] = useState("");
  return <FolderBrowser label={words.siteFile} folder={folder} onFolder={setFolder} onFile={onMachine} chosenFile={machine} />;
}
