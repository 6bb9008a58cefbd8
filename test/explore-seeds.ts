import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { globSync, readFileSync } from "node:fs";

/* Runs every file with property tests under new seeds: `npm run test:seeds -- [ROUNDS] [FILE...]`. A failure names its seed and fast-check's path to the counterexample. */

const [rounds = "10", ...named] = process.argv.slice(2);
const files = named.length > 0 ? named : globSync("test/**/*.test.ts").filter((file) => readFileSync(file, "utf8").includes('from "fast-check"'));
const failed: number[] = [];
for (let round = 1; round <= Number(rounds); round++) {
  const seed = randomInt(2 ** 31 - 1);
  console.log(`round ${round} of ${rounds}: SALLYPORT_PROPERTY_SEED=${seed}, ${files.length} files`);
  const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--reporter=dot", ...files], { stdio: "inherit", env: { ...process.env, SALLYPORT_PROPERTY_SEED: String(seed) } });
  if (status !== 0) failed.push(seed);
}
console.log(failed.length === 0 ? `${rounds} rounds, none failed` : `failed with seeds ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
