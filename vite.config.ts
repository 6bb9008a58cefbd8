import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Pages are served from a folder of files, by the web host or by Electron's own protocol: relative addresses, and nothing inline that a strict content policy would refuse. */
export default defineConfig({
  root: "renderer",
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../dist/renderer",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
