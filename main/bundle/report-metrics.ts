import type { Distribution, Estimate, ModelReport } from "../../shared/schemas/report.ts";

/** A figure with how often it was measured and how far it spreads, in CycloneDX's terms (performanceMetric). */
export interface Metric {
  readonly type: string;
  readonly value: string;
  readonly slice: string;
  readonly confidenceInterval: { readonly lowerBound: string; readonly upperBound: string };
}

/** 95 % of a normal distribution lie within so many standard errors. */
const STANDARD_ERRORS = 1.96;

/** What a report says, never as a bare number. */
export function reportMetrics(body: ModelReport["body"]): Metric[] {
  const { cpu, cores } = body.conditions.machine;
  const where = `${body.conditions.engine.name} ${body.conditions.engine.version}, ${body.conditions.engine.threads} of ${cores} cores, ${cpu}`;
  switch (body.kind) {
    case "speed": {
      const { promptTokens, generateTokens } = body.workload;
      const slice = (n: number): string => `median of ${n} runs, ${promptTokens} prompt and ${generateTokens} generated tokens, range; ${where}`;
      const spread = (type: string, { n, median, minimum, maximum }: Distribution): Metric => ({ type, value: figure(median), slice: slice(n), confidenceInterval: { lowerBound: figure(minimum), upperBound: figure(maximum) } });
      return [spread("decode tokens per second", body.decodeTokensPerSecond), spread("prefill tokens per second", body.prefillTokensPerSecond), spread("time to first token, ms", body.timeToFirstTokenMs)];
    }
    case "perplexity": {
      const slice = (n: number): string => `mean over ${n} windows of ${body.text.windowTokens} tokens, 95 % interval; text sha256 ${body.text.sha256}; ${where}`;
      const estimated = (type: string, { n, mean, standardError }: Estimate): Metric => ({ type, value: figure(mean), slice: slice(n), confidenceInterval: { lowerBound: figure(mean - STANDARD_ERRORS * standardError), upperBound: figure(mean + STANDARD_ERRORS * standardError) } });
      const metrics = [estimated("negative log-likelihood, nats per token", body.nllNats)];
      if (body.against !== null) metrics.push(estimated(`KL divergence from ${body.against.model.name} (${body.against.model.recipe}), nats per token`, body.against.klMean), estimated(`same most likely token as ${body.against.model.name}`, body.against.sameTop1));
      return metrics;
    }
    case "parity":
      return [{
        type: "largest difference of a logit from its record", value: figure(body.maxAbsoluteDelta), slice: `${body.expected.positions} positions, ${body.expected.greedyTokens} greedy tokens, ${body.passed ? "passed" : "failed"}; ${where}`,
        confidenceInterval: { lowerBound: "0", upperBound: figure(body.toleranceAbsolute) },
      }];
    case "answers": {
      const { n, mean, standardError } = body.changed;
      return [{
        type: `answers changed from ${body.against.name} (${body.against.recipe})`, value: figure(mean), slice: `share of ${n} prompts of ${body.prompts.promptTokens} tokens, ${body.prompts.generateTokens} generated greedily, 95 % interval; prompts sha256 ${body.prompts.sha256}; ${where}`,
        confidenceInterval: { lowerBound: figure(Math.max(0, mean - STANDARD_ERRORS * standardError)), upperBound: figure(Math.min(1, mean + STANDARD_ERRORS * standardError)) },
      }];
    }
    default:
      return body satisfies never;
  }
}

const figure = (value: number): string => String(Number(value.toPrecision(6)));
