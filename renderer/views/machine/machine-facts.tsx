import type { ReactNode } from "react";
import type { Evidence, Machine } from "../../../shared/schemas/machine.ts";
import { useLocale } from "../../texts/locale.tsx";
import { shownText } from "../../texts/shown-text.ts";
import { Bytes, Figure, Time } from "../../ui/figures.tsx";
import { Section } from "../../ui/page.tsx";
import styles from "./machine-facts.module.css";

interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  /** Which of the group's evidence told it. */
  readonly toldBy?: string;
  readonly note?: ReactNode;
}

/** System, memory, processor, stacks: every fact with the file or command that told it. */
export function MachineFacts({ machine }: { readonly machine: Machine }): ReactNode {
  const { texts, format } = useLocale();
  const { platform, cpu, memory, stacks, observation } = machine;
  const { field } = texts.machine;
  const said = (value: string | null): ReactNode => (value === null ? <span className={styles["unknown"]}>{texts.common.unknown}</span> : <bdi>{shownText(value, 300)}</bdi>);
  const counted = (value: number | null): ReactNode => (value === null ? said(null) : <Figure>{format.count(Math.round(value * 100) / 100)}</Figure>);
  const sized = (value: number | null): ReactNode => (value === null ? said(null) : <Bytes value={value} />);
  const rate = memory.readBandwidth;
  return (
    <>
      <Group title={texts.machine.system} evidence={platform.evidence} facts={[
        { name: field.host, value: said(platform.hostName), toldBy: "hostName", note: <>{texts.machine.seen[observation.how]}{observation.at !== null && <>, <Time iso={observation.at} /></>}{observation.redacted && `, ${texts.machine.redacted}`}</> },
        { name: field.os, value: said(platform.distribution ?? platform.os), toldBy: "distribution" },
        { name: field.kernel, value: said(platform.kernel), toldBy: "kernel" },
        { name: field.architecture, value: said(platform.architecture), toldBy: "architecture" },
        { name: field.libc, value: said(platform.libc === null ? null : `${platform.libc.kind} ${platform.libc.version ?? ""}`.trim()), toldBy: "libc" },
        { name: field.container, value: platform.container === null ? texts.common.none : said(platform.container), toldBy: "container" },
        { name: field.virtualization, value: platform.virtualization === null ? texts.common.none : said(platform.virtualization), toldBy: "virtualization" },
      ]} />
      <Group title={texts.machine.memory} evidence={memory.evidence} facts={[
        { name: field.total, value: sized(memory.totalBytes), toldBy: "totalBytes" },
        { name: field.available, value: sized(memory.availableBytes), toldBy: "availableBytes" },
        { name: field.limit, value: memory.limitBytes === null ? texts.common.none : sized(memory.limitBytes), toldBy: "limitBytes" },
        ...(memory.limitBytes === null ? [] : [{ name: field.limitUsed, value: sized(memory.limitUsedBytes), toldBy: "limitUsedBytes" }]),
        { name: field.usable, value: <strong>{sized(memory.usableBytes)}</strong>, toldBy: "usableBytes" },
        { name: field.swap, value: sized(memory.swapBytes), toldBy: "swapBytes" },
        ...(memory.hugePages.length === 0 ? [] : [{ name: field.hugePages, value: <bdi>{memory.hugePages.map(({ total, pageBytes }) => texts.machine.hugePages(format.count(total), format.bytes(pageBytes))).join(", ")}</bdi>, toldBy: "hugePages" }]),
        {
          name: field.bandwidth, value: rate === null ? <span className={styles["unknown"]}>{texts.home.notMeasured}</span> : <Figure>{format.bandwidth(rate.bytesPerSecond)}</Figure>,
          ...(rate === null ? {} : { note: <>{texts.machine.rate(format.bandwidth(rate.minimum), format.bandwidth(rate.maximum), format.count(rate.runs), format.count(rate.threads))}; <bdi>{shownText(rate.method, 200)}</bdi></> }),
        },
      ]} />
      <Group title={texts.machine.processor} evidence={cpu.evidence} facts={[
        { name: field.model, value: said(cpu.model), toldBy: "model" },
        { name: field.sockets, value: counted(cpu.sockets), toldBy: "sockets" },
        { name: field.cores, value: counted(cpu.cores), toldBy: "cores" },
        { name: field.threads, value: counted(cpu.threads), toldBy: "threads" },
        { name: field.usableThreads, value: counted(cpu.usableThreads), toldBy: "usableThreads" },
        { name: field.l3, value: sized(cpu.l3CacheBytes), toldBy: "l3CacheBytes" },
        { name: field.instructionSets, value: cpu.instructionSets.length === 0 ? said(null) : <bdi dir="ltr">{cpu.instructionSets.join(" ")}</bdi>, toldBy: "instructionSets" },
      ]} />
      {stacks.map((stack) => (
        <Group key={stack.kind} title={stack.kind === "ascend" ? "Ascend" : "Nvidia"} evidence={stack.evidence} facts={(["driver", "firmware", "cuda", "cann", "nnal", "containerRuntime"] as const).flatMap((key) => (stack[key] === null ? [] : [{ name: field[key], value: said(stack[key]), toldBy: key }]))} />
      ))}
    </>
  );
}

function Group({ title, facts, evidence }: { readonly title: string; readonly facts: readonly Fact[]; readonly evidence: Evidence }): ReactNode {
  const { texts } = useLocale();
  return (
    <Section title={title}>
      <dl className={styles["facts"]}>
        {facts.map(({ name, value, toldBy, note }) => {
          const source = toldBy === undefined ? undefined : evidence[toldBy];
          return (
            <div key={name} className={styles["fact"]}>
              <dt>{name}</dt>
              <dd>
                {value}
                {note !== undefined && <div className={styles["note"]}>{note}</div>}
                {source !== undefined && <div className={styles["source"]}><span className="visually-hidden">{texts.machine.evidence} </span><bdi dir="ltr"><code>{shownText(source, 120)}</code></bdi></div>}
              </dd>
            </div>
          );
        })}
      </dl>
    </Section>
  );
}
