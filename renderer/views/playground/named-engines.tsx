import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { RemoteEngine } from "../../../shared/schemas/engine.ts";
import { useClient } from "../../client-context.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Name } from "../../ui/names.tsx";
import { Section } from "../../ui/page.tsx";
import { AddEngine } from "./add-engine.tsx";
import { listedModels } from "./listed-models.ts";
import styles from "./named-engines.module.css";

/** Servers that may be asked, because somebody named them here. */
export function NamedEngines({ engines }: { readonly engines: readonly RemoteEngine[] }): ReactNode {
  const { playground: words } = useLocale();
  const [isAdding, setAdding] = useState(false);
  return (
    <Section title={words.engines} hint={words.enginesHint} aside={<Button size="xs" onClick={() => setAdding(true)}>{words.addEngine}</Button>}>
      {engines.length === 0 ? <EmptyState what={words.noEngines} next={words.noEnginesNext} /> : <ul className={styles["engines"]}>{engines.map((engine) => <EngineRow key={engine.name} engine={engine} />)}</ul>}
      <CommandTwin words={["engine", "ls"]} />
      <AddEngine isOpen={isAdding} onClose={() => setAdding(false)} />
    </Section>
  );
}

function EngineRow({ engine: { name, url, model, hasKey } }: { readonly engine: RemoteEngine }): ReactNode {
  const { playground: words, format } = useLocale();
  const client = useClient();
  const check = useMutation({ mutationFn: () => client.engine.check({ engine: name }) });
  const forget = useMutation({ mutationFn: () => client.engine.remove({ engine: name }) });
  const error = check.error ?? forget.error;
  const said = check.data === undefined ? null : check.data.isModelOffered === true ? words.checked(format.milliseconds(check.data.elapsedMs)) : words.notOffered(listedModels(check.data.models));
  return (
    <li className={styles["engine"]}>
      <div className={styles["facts"]}>
        <strong><bdi dir="ltr">{name}</bdi></strong>
        <bdi dir="ltr"><code>{shownText(url, 200)}</code></bdi>
        <Name>{model}</Name>
        {hasKey && <span className={styles["soft"]}>{words.key}: {words.keyKept}</span>}
      </div>
      <div className={styles["actions"]}>
        <Button size="xs" loading={check.isPending} onClick={() => check.mutate()} aria-label={`${words.check}: ${name}`}>{words.check}</Button>
        <Button size="xs" variant="subtle" color="red" loading={forget.isPending} onClick={() => forget.mutate()} aria-label={`${words.forget}: ${name}`}>{words.forget}</Button>
      </div>
      <div className={styles["said"]} role="status">{said}</div>
      {error !== null && <div className={styles["said"]}><ErrorPanel error={error} /></div>}
    </li>
  );
}
