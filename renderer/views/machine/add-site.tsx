import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Site } from "../../../shared/schemas/site.ts";
import { useClient } from "../../client-context.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Section } from "../../ui/page.tsx";
import { FolderBrowser } from "../../wizards/folder/folder-browser.tsx";
import styles from "./add-site.module.css";

/** A site is read before it is listed: a path that holds no record says so here and nowhere else. */
export function AddSite({ onAdded, onClose }: { readonly onAdded: (site: Site) => void; readonly onClose: () => void }): ReactNode {
  const { texts } = useLocale();
  const client = useClient();
  const [folder, openFolder] = useState("");
  const [file, chooseFile] = useState("");
  const read = useMutation<Site, unknown, string>({ mutationFn: (from) => client.machine.addSite({ from }), onSuccess: onAdded });
  // A folder of pasted outputs is a record as well as a file is.
  const record = file === "" ? folder : file;
  return (
    <Section title={texts.machine.addSite} hint={texts.machine.addSiteWhat}>
      <FolderBrowser
        label={texts.common.path} folder={folder} chosenFile={file}
        onFolder={(path) => {
          openFolder(path);
          chooseFile("");
        }}
        onFile={chooseFile}
      />
      <div className={styles["actions"]}>
        <Button variant="filled" disabled={record === ""} loading={read.isPending} onClick={() => read.mutate(record)}>{texts.machine.keepSite}</Button>
        <Button onClick={onClose}>{texts.common.cancel}</Button>
      </div>
      <p className={styles["next"]}><bdi>{texts.machine.addSiteNext}</bdi></p>
      {read.error !== null && <ErrorPanel error={read.error} />}
    </Section>
  );
}
