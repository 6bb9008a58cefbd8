/** The text format of Prometheus, version 0.0.4: counters, gauges and histograms, as far as one server needs them. */

type Labels = Readonly<Record<string, string>>;

export interface Metric {
  lines(): readonly string[];
}

export interface Counter extends Metric {
  add(amount: number, labels?: Labels): void;
}

export interface Histogram extends Metric {
  observe(value: number): void;
}

export function createCounter(name: string, help: string): Counter {
  const values = new Map<string, number>();
  return {
    add: (amount, labels = {}) => {
      const key = labelText(labels);
      values.set(key, (values.get(key) ?? 0) + amount);
    },
    lines: () => [...head(name, help, "counter"), ...(values.size === 0 ? [`${name} 0`] : [...values].map(([labels, value]) => `${name}${labels} ${value}`))],
  };
}

/** @param samples what the gauge shows, read when it is asked for */
export function gaugeLines(name: string, help: string, samples: readonly { readonly value: number; readonly labels?: Labels }[]): readonly string[] {
  return [...head(name, help, "gauge"), ...samples.map(({ value, labels = {} }) => `${name}${labelText(labels)} ${value}`)];
}

/** @param bounds upper bounds of the buckets, ascending, without infinity */
export function createHistogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const counts = bounds.map(() => 0);
  let count = 0;
  let sum = 0;
  return {
    observe: (value) => {
      count++;
      sum += value;
      bounds.forEach((bound, at) => {
        if (value <= bound) counts[at] = (counts[at] ?? 0) + 1;
      });
    },
    lines: () => [
      ...head(name, help, "histogram"), ...bounds.map((bound, at) => `${name}_bucket{le="${bound}"} ${counts[at] ?? 0}`), `${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`,
    ],
  };
}

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function labelText(labels: Labels): string {
  const entries = Object.entries(labels).map(([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`);
  return entries.length === 0 ? "" : `{${entries.join(",")}}`;
}
