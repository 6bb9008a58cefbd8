import { NumberInput, SegmentedControl, Select } from "@mantine/core";
import type { ReactNode } from "react";
import type { Settings } from "../../../shared/schemas/settings.ts";
import { useChangeSettings, useSettings } from "../../queries.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../../texts/languages.ts";
import { useLocale } from "../../texts/locale.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { FieldList } from "../../ui/figures.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { QueryGate } from "../../ui/query-gate.tsx";
import styles from "./settings-page.module.css";

/** What a select holds for "nobody has chosen". */
const AUTO = "auto";
const MAX_THREADS = 256;

export function SettingsPage(): ReactNode {
  const { texts } = useLocale();
  const settings = useSettings();
  return (
    <Page title={texts.settings.title} lead={texts.settings.kept}>
      <QueryGate query={settings} heightPx={220}>{(found) => <Choices settings={found} />}</QueryGate>
      <Section title={texts.settings.keyboard}>
        <FieldList fields={[
          { name: texts.settings.keys.palette, value: <Keys keys={["Ctrl", "K"]} /> },
          { name: texts.settings.keys.tabs, value: <Keys keys={["Tab"]} /> },
          { name: texts.settings.keys.rows, value: <Keys keys={["↑", "↓", "Home", "End", "Page Up", "Page Down"]} /> },
          { name: texts.settings.keys.open, value: <Keys keys={["Enter"]} /> },
          { name: texts.settings.keys.back, value: <Keys keys={["Esc"]} /> },
        ]} />
      </Section>
      <Section title={texts.settings.about}><p>{texts.settings.offline}</p></Section>
    </Page>
  );
}

function Choices({ settings: { language, theme, threads } }: { readonly settings: Settings }): ReactNode {
  const { texts } = useLocale();
  const change = useChangeSettings();
  return (
    <section className={styles["choices"]}>
      {change.error !== null && <ErrorPanel error={change.error} />}
      <Select
        label={texts.settings.language} description={texts.settings.languageWhat} value={language ?? AUTO} w={320}
        data={[{ value: AUTO, label: texts.settings.languageAuto }, ...LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))]}
        onChange={(value) => change.mutate({ language: LANGUAGES.find((known) => known === value) ?? null })}
      />
      <fieldset className={styles["theme"]}>
        <legend>{texts.settings.theme}</legend>
        <SegmentedControl
          value={theme} onChange={(value) => change.mutate({ theme: value })}
          data={[{ value: "system", label: texts.settings.themeAuto }, { value: "light", label: texts.settings.themeLight }, { value: "dark", label: texts.settings.themeDark }] satisfies { value: Settings["theme"]; label: string }[]}
        />
      </fieldset>
      <NumberInput
        label={texts.settings.threads} description={texts.settings.threadsWhat} placeholder={texts.settings.threadsAll} value={threads ?? ""} min={1} max={MAX_THREADS} allowDecimal={false} clampBehavior="strict" size="sm" w={320}
        onChange={(value) => change.mutate({ threads: typeof value === "number" && value >= 1 ? value : null })}
      />
    </section>
  );
}

function Keys({ keys }: { readonly keys: readonly string[] }): ReactNode {
  return <span dir="ltr" className={styles["keys"]}>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</span>;
}
