import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["./test/property-seed.ts"],
    pool: "forks",
    // Engines, jobs and quantizers start processes of their own: more files at a time only make each wait.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ["default", "./test/closing-line-reporter.ts"],
  },
});
