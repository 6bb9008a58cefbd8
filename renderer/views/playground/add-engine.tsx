import { Button, Modal, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ENGINE_PREFIX } from "../../../shared/schemas/engine.ts";
import { useClient } from "../../client-context.ts";
import { useLocale } from "../../texts/locale.tsx";
import { CommandTwin } from "../../ui/command-twin.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import styles from "./add-engine.module.css";
import { listedModels } from "./listed-models.ts";
import { changePlayground, playgroundNow } from "./playground-session.ts";

const NOTHING = { name: "", url: "", model: "", key: "" };

/** Names a server: whoever does it says where prompts may go. */
export function AddEngine({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }): ReactNode {
  const { playground: words, texts } = useLocale();
  const client = useClient();
  const [fields, setFields] = useState(NOTHING);
  const { name, url, model, key } = fields;
  const withKey = key === "" ? {} : { key };
  const check = useMutation({ mutationFn: () => client.engine.check({ url, ...withKey }) });
  const add = useMutation({
    mutationFn: () => client.engine.add({ name, url, ...(model.trim() === "" ? {} : { model: model.trim() }), ...withKey }),
    onSuccess: (added) => {
      const { contestants: [first, second], mode } = playgroundNow();
      const reference = `${ENGINE_PREFIX}${added.name}`;
      if (first === null) changePlayground({ contestants: [reference, second] });
      else if (second === null && mode !== "one") changePlayground({ contestants: [first, reference] });
      close();
    },
  });
  const close = (): void => {
    // A key does not stay in the page longer than it is needed.
    setFields(NOTHING);
    check.reset();
    add.reset();
    onClose();
  };
  const field = (changed: Partial<typeof NOTHING>): void => setFields({ ...fields, ...changed });
  const error = add.error ?? check.error;
  return (
    <Modal opened={isOpen} onClose={close} title={words.addEngine} closeButtonProps={{ "aria-label": texts.common.close }}>
      <form className={styles["form"]} onSubmit={(event) => { event.preventDefault(); add.mutate(); }}>
        <TextInput label={words.engineName} value={name} dir="ltr" required maxLength={64} data-autofocus autoComplete="off" onChange={(event) => field({ name: event.currentTarget.value })} />
        <TextInput label={words.address} value={url} dir="ltr" required placeholder={words.addressPlaceholder} autoComplete="off" onChange={(event) => field({ url: event.currentTarget.value })} />
        <PasswordInput size="sm" label={words.key} description={words.keyWhat} value={key} dir="ltr" autoComplete="off" visibilityToggleButtonProps={{ "aria-label": texts.common.show }} onChange={(event) => field({ key: event.currentTarget.value.trim() })} />
        <TextInput label={words.model} description={words.modelWhat} value={model} dir="ltr" autoComplete="off" onChange={(event) => field({ model: event.currentTarget.value })} />
        <p role="status" className={styles["said"]}>{check.data !== undefined && (check.data.models.length === 0 ? words.offersNone : words.offers(listedModels(check.data.models)))}</p>
        {key !== "" && travelsReadable(url) && <p className={styles["warning"]}>{words.plainKey}</p>}
        {error !== null && <ErrorPanel error={error} />}
        <CommandTwin words={["engine", "add", name === "" ? "NAME" : name, url === "" ? "ADDRESS" : url, ...(model === "" ? [] : ["--model", model]), ...(key === "" ? [] : ["--key-file", "FILE"])]} />
        <div className={styles["row"]}>
          <Button type="submit" variant="filled" loading={add.isPending} disabled={name === "" || url === ""}>{words.add}</Button>
          <Button loading={check.isPending} disabled={url === ""} onClick={() => check.mutate()}>{words.listModels}</Button>
          <Button onClick={close}>{texts.common.cancel}</Button>
        </div>
      </form>
    </Modal>
  );
}

/** Without encryption, and off this machine. */
function travelsReadable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !(hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127."));
}
