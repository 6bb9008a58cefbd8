import { Button, SegmentedControl } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import type { Machine } from "../../../shared/schemas/machine.ts";
import { useMachine, useMeasureMachine, useSite } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import { AddSite } from "./add-site.tsx";
import { DeviceTable } from "./device-table.tsx";
import { DiskTable } from "./disk-table.tsx";
import { Findings } from "./findings.tsx";
import { MachineFacts } from "./machine-facts.tsx";
import styles from "./machine-page.module.css";
import { Topology } from "./topology.tsx";

const HERE = "";

/** One machine at a time: this one, or one of the sites that were brought along. */
export function MachinePage(): ReactNode {
  const { texts } = useLocale();
  const [sites, setSites] = useLocalStorage<string[]>({ key: "sallyport.sites", defaultValue: [], getInitialValueInEffect: false });
  const [chosen, choose] = useState(HERE);
  const [isAdding, setAdding] = useState(false);
  const here = useMachine();
  const site = useSite(chosen === HERE ? null : chosen);
  const measure = useMeasureMachine();
  const add = (path: string): void => {
    setSites((known) => (known.includes(path) ? known : [...known, path]));
    choose(path);
    setAdding(false);
  };
  const remove = (): void => {
    setSites((known) => known.filter((path) => path !== chosen));
    choose(HERE);
  };
  return (
    <Page
      title={texts.machine.title}
      actions={<>
        {chosen === HERE
          ? <Button loading={measure.isPending} onClick={() => measure.mutate()}>{texts.machine.measure}</Button>
          : <Button onClick={remove}>{texts.machine.removeSite}</Button>}
        <Button onClick={() => setAdding(true)}>{texts.machine.addSite}</Button>
      </>}
    >
      {sites.length > 0 && (
        <SegmentedControl
          value={chosen} onChange={choose} className={styles["sites"] ?? ""}
          data={[{ value: HERE, label: texts.machine.thisMachine }, ...sites.map((path) => ({ value: path, label: <bdi>{shownText(path.split(/[\\/]/).at(-1) ?? path, 40)}</bdi> }))]}
        />
      )}
      {isAdding && <AddSite onAdd={add} onClose={() => setAdding(false)} />}
      {measure.error !== null && <ErrorPanel error={measure.error} />}
      <QueryGate query={chosen === HERE ? here : site} heightPx={480}>{(machine) => <Described machine={machine} />}</QueryGate>
      <CommandTwin words={chosen === HERE ? ["hardware", "--evidence"] : ["hardware", "--from", chosen, "--evidence"]} />
    </Page>
  );
}

function Described({ machine }: { readonly machine: Machine }): ReactNode {
  const { texts } = useLocale();
  return (
    <>
      <Findings notices={machine.notices} />
      <div className={styles["facts"]}><MachineFacts machine={machine} /></div>
      {(machine.accelerators.length > 0 || machine.numa.length > 1) && <Section title={texts.machine.topology} hint={texts.machine.topologyHint}><Topology machine={machine} /></Section>}
      <Section title={texts.machine.devices}><DeviceTable accelerators={machine.accelerators} /></Section>
      <Section title={texts.machine.disks}><DiskTable disks={machine.disks} /></Section>
    </>
  );
}
