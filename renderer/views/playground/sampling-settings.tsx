import { NumberInput, Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import { useLocale } from "../../texts/locale.tsx";
import { Section } from "../../ui/page.tsx";
import { changePlayground, type PlaygroundSettings } from "./playground-session.ts";
import styles from "./sampling-settings.module.css";

/** The same for both: a comparison with different settings would compare the settings. */
export function SamplingSettings({ settings }: { readonly settings: PlaygroundSettings }): ReactNode {
  const { playground: words } = useLocale();
  const change = (changed: Partial<PlaygroundSettings>): void => changePlayground({ settings: { ...settings, ...changed } });
  const number = (value: number | string, otherwise: number): number => (typeof value === "number" && Number.isFinite(value) ? value : otherwise);
  return (
    <Section title={words.settings}>
      <div className={styles["fields"]}>
        <NumberInput size="sm" label={words.temperature} description={words.temperatureWhat} value={settings.temperature} min={0} max={5} step={0.1} decimalScale={2} clampBehavior="strict" onChange={(value) => change({ temperature: number(value, 0) })} />
        <NumberInput size="sm" label={words.topP} value={settings.topP} min={0.01} max={1} step={0.05} decimalScale={2} clampBehavior="blur" onChange={(value) => change({ topP: Math.min(1, Math.max(0.01, number(value, 1))) })} />
        <NumberInput size="sm" label={words.maxTokens} value={settings.maxTokens} min={1} max={1 << 20} allowDecimal={false} clampBehavior="blur" onChange={(value) => change({ maxTokens: Math.min(1 << 20, Math.max(1, number(value, 256))) })} />
        <NumberInput size="sm" label={words.seed} description={words.seedWhat} placeholder="–" value={settings.seed ?? ""} min={0} max={Number.MAX_SAFE_INTEGER} allowDecimal={false} onChange={(value) => change({ seed: typeof value === "number" && value >= 0 ? value : null })} />
        <Textarea size="sm" label={words.system} value={settings.system} rows={3} dir="auto" resize="vertical" onChange={(event) => change({ system: event.currentTarget.value })} />
      </div>
    </Section>
  );
}
