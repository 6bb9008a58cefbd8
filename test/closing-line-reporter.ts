import type { Reporter, TestModule } from "vitest/node";

/** Ends the output with one plain line that a script can read, and says aloud what was skipped. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const skipped: string[] = [];
    for (const module of modules) {
      if (module.state() === "failed" && [...module.children.allTests()].every((test) => test.result().state !== "failed")) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed" || state === "failed") counts[state]++;
        else {
          counts.skipped++;
          skipped.push(test.fullName);
        }
      }
    }
    // After the default reporter's own summary.
    process.on("exit", () => {
      for (const name of skipped) console.log(`skipped: ${name}`);
      console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    });
  }
}
