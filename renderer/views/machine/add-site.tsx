import { Button, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Machine } from "../../../shared/schemas/machine.ts";
import { useClient } from "../../client-context.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Section } from "../../ui/page.tsx";
import styles from "./add-site.module.css";
import { useMutation } from "@tanstack/react-query";

/** A site is read before it is listed: a path that holds no record says so here and nowhere else. */
export function AddSite({ onAdd, onClose }: { readonly onAdd: (path: string) => void; readonly onClose: () => void }): ReactNode {
  const { texts } = useLocale();
  const client = useClient();
  const [path, setPath] = useState("");
  const read = useMutation<Machine, unknown, string>({ mutationFn: (from) => client.machine.describe({ from, measure: false }), onSuccess: (_machine, from) => onAdd(from) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path.trim() !== "") read.mutate(path.trim());
  };
  return (
    <Section title={texts.machine.addSite} hint={texts.machine.addSiteWhat}>
      <form onSubmit={submit} className={styles["form"]}>
        <TextInput
          label={texts.common.path} placeholder={texts.machine.addSitePlaceholder} value={path} onChange={(event) => setPath(event.currentTarget.value)} dir="ltr" data-autofocus autoFocus className={styles["path"] ?? ""}
          onKeyDown={(event) => { if (event.key === "Escape") onClose(); }}
        />
        <Button type="submit" variant="filled" loading={read.isPending}>{texts.machine.addSite}</Button>
        <Button onClick={onClose}>{texts.common.cancel}</Button>
      </form>
      <p className={styles["next"]}><bdi>{texts.machine.addSiteNext}</bdi></p>
      {read.error !== null && <ErrorPanel error={read.error} />}
    </Section>
  );
}
