import type { Locale } from "../../texts/locale.tsx";
import { chartGroup, type Compared } from "./compare-packages.ts";
import { escaped } from "./export-document.ts";
import { paretoFront } from "./pareto-front.ts";

const WIDTH = 720;
const HEIGHT = 360;
const LEFT = 72;
const BOTTOM = 48;
const EDGE = 24;
const MOST_RADIUS = 22;

/** Loss against speed as the page draws it, without a script: area is memory, the front is ringed, errors are crosses. "" where nothing can be compared. */
export function chartSvg(rows: readonly Compared[], { texts: { reports: say }, format }: Pick<Locale, "texts" | "format">): string {
  const group = chartGroup(rows);
  if (group === null) return "";
  const { packages } = group;
  const front = paretoFront(packages);
  const mostSpeed = Math.max(...packages.map(({ tokensPerSecond, speedSpread }) => tokensPerSecond + speedSpread)) * 1.1;
  const mostLoss = Math.max(...packages.map(({ klNats, klError }) => klNats + klError), Number.MIN_VALUE) * 1.15;
  const mostMemory = Math.max(...packages.map(({ memoryBytes }) => memoryBytes ?? 0), 1);
  const x = (speed: number): number => LEFT + (speed / mostSpeed) * (WIDTH - LEFT - EDGE);
  const y = (loss: number): number => HEIGHT - BOTTOM - (loss / mostLoss) * (HEIGHT - BOTTOM - EDGE);
  const line = (x1: number, y1: number, x2: number, y2: number, stroke: string): string => `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${stroke}"/>`;
  const text = (at: readonly [number, number], anchor: string, words: string, turn = ""): string => `<text x="${at[0]}" y="${at[1]}" text-anchor="${anchor}" fill="#53616d" font-size="12"${turn}>${escaped(words)}</text>`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => `${text([x(mostSpeed * share), HEIGHT - BOTTOM + 16], "middle", format.number(mostSpeed * share))}${text([LEFT - 6, y(mostLoss * share) + 4], "end", format.number(mostLoss * share))}${line(LEFT, y(mostLoss * share), WIDTH - EDGE, y(mostLoss * share), "#dbe1e6")}`);
  const points = packages.map(({ modelId, name, tokensPerSecond, speedSpread, klNats, klError, memoryBytes }) => {
    const radius = memoryBytes === null ? 5 : Math.max(5, MOST_RADIUS * Math.sqrt(memoryBytes / mostMemory));
    const isOnFront = front.has(modelId);
    return `<circle cx="${x(tokensPerSecond)}" cy="${y(klNats)}" r="${radius}" fill="#2f6f9f" fill-opacity="0.55"${isOnFront ? ' stroke="#16202a" stroke-width="2"' : ""}/>${line(x(tokensPerSecond - speedSpread), y(klNats), x(tokensPerSecond + speedSpread), y(klNats), "#16202a")}${line(x(tokensPerSecond), y(klNats - klError), x(tokensPerSecond), y(klNats + klError), "#16202a")}${
      text([Math.min(Math.max(x(tokensPerSecond), LEFT + 60), WIDTH - 110), Math.max(14, y(klNats) - radius - 6)], "middle", `${name} · ${format.bytes(memoryBytes)}${isOnFront ? ` · ${say.onFront}` : ""}`)}`;
  });
  return `<h2>${escaped(say.chart)}</h2><svg role="img" aria-label="${escaped(say.chart)}" viewBox="0 0 ${WIDTH} ${HEIGHT}" direction="ltr">${ticks.join("")}${line(LEFT, HEIGHT - BOTTOM, WIDTH - EDGE, HEIGHT - BOTTOM, "#16202a")}${line(LEFT, EDGE, LEFT, HEIGHT - BOTTOM, "#16202a")}${points.join("")}${
    text([(LEFT + WIDTH) / 2, HEIGHT - 10], "middle", say.decode)}${text([16, HEIGHT / 2], "middle", say.kl, ` transform="rotate(-90 16 ${HEIGHT / 2})"`)}</svg><p>${escaped(say.chartHint)} ${escaped(say.notComparable)}</p>`;
}
