import { Button, SegmentedControl } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Machine } from "../../../shared/schemas/machine.ts";
import type { Site } from "../../../shared/schemas/site.ts";
import { useClient } from "../../client-context.ts";
import { SUBJECTS, useMachine, useMeasureMachine, useSiteMachine, useSites } from "../../queries.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Time } from "../../ui/figures.tsx";
import { Path } from "../../ui/names.tsx";
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
  const client = useClient();
  const queries = useQueryClient();
  const sites = useSites().data ?? [];
  const [wanted, choose] = useState(HERE);
  const [isAdding, setAdding] = useState(false);
  // Another tab, or a command line, may have taken it away.
  const chosen = sites.find(({ id }) => id === wanted) ?? null;
  const here = useMachine();
  const site = useSiteMachine(chosen?.id ?? null);
  const measure = useMeasureMachine();
  const remove = useMutation({
    mutationFn: (id: string) => client.machine.removeSite({ site: id }),
    onSuccess: ({ id }) => queries.setQueryData<Site[]>([SUBJECTS.sites], (known) => known?.filter((one) => one.id !== id)),
  });
  const added = (brought: Site): void => {
    queries.setQueryData<Site[]>([SUBJECTS.sites], (known) => [...(known ?? []).filter(({ id }) => id !== brought.id), brought]);
    choose(brought.id);
    setAdding(false);
  };
  return (
    <Page
      title={texts.machine.title}
      actions={<>
        {chosen === null
          ? <Button loading={measure.isPending} onClick={() => measure.mutate()}>{texts.machine.measure}</Button>
          : <Button loading={remove.isPending} onClick={() => remove.mutate(chosen.id)}>{texts.machine.removeSite}</Button>}
        <Button onClick={() => setAdding(true)}>{texts.machine.addSite}</Button>
      </>}
    >
      {sites.length > 0 && (
        <SegmentedControl
          value={chosen?.id ?? HERE} onChange={choose} className={styles["sites"] ?? ""} aria-label={texts.machine.title}
          data={[{ value: HERE, label: texts.machine.thisMachine }, ...sites.map((one) => ({ value: one.id, label: <bdi title={shownText(one.from)}>{siteLabel(one, sites)}</bdi> }))]}
        />
      )}
      {isAdding && <AddSite onAdded={added} onClose={() => setAdding(false)} />}
      {measure.error !== null && <ErrorPanel error={measure.error} />}
      {remove.error !== null && <ErrorPanel error={remove.error} />}
      {chosen !== null && <p className={styles["from"]}><Path path={chosen.from} /> <Time iso={chosen.addedAt} /></p>}
      <QueryGate query={chosen === null ? here : site} heightPx={480}>{(machine) => <Described machine={machine} />}</QueryGate>
      <CommandTwin words={chosen === null ? ["hardware", "--evidence"] : ["hardware", "sites", "show", chosen.id]} />
    </Page>
  );
}

/** Two sites may call their records alike: then the folder tells them apart. */
function siteLabel({ name, from }: Site, sites: readonly Site[]): string {
  const isAlone = sites.filter((other) => other.name === name).length === 1;
  return shownText(isAlone ? name : from.split(/[\\/]/).slice(-2).join("/"), 40);
}

function Described({ machine }: { readonly machine: Machine }): ReactNode {
  const { texts } = useLocale();
  const devices = <Section title={texts.machine.devices}><DeviceTable accelerators={machine.accelerators} /></Section>;
  return (
    <>
      <Findings notices={machine.notices} />
      <div className={styles["facts"]}><MachineFacts machine={machine} />{machine.accelerators.length === 0 && devices}</div>
      {(machine.accelerators.length > 0 || machine.numa.length > 1) && <Section title={texts.machine.topology} hint={texts.machine.topologyHint}><Topology machine={machine} /></Section>}
      {machine.accelerators.length > 0 && devices}
      <Section title={texts.machine.disks}><DiskTable disks={machine.disks} /></Section>
    </>
  );
}
