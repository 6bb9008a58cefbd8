import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/**
 * The window's process and its preload, each one file: a sandboxed preload can load no other, and Electron reads no TypeScript. Everything else of
 * main/ runs as it is, in plain Node. The mode names the entry: vite build -c vite.electron.config.ts --mode preload
 */
export default defineConfig(({ mode: entry }) => ({
  publicDir: false,
  ssr: { noExternal: true, external: ["electron"] },
  build: {
    ssr: fileURLToPath(new URL(`./main/hosts/electron/${entry}.ts`, import.meta.url)),
    outDir: "dist/electron",
    emptyOutDir: false,
    target: "node24",
    rollupOptions: { output: { format: "cjs", entryFileNames: "[name].cjs", codeSplitting: false } },
  },
}));
