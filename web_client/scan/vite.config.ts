import { defineConfig } from "vitest/config";

/** The scan page is built into the Python package that serves it. */
export default defineConfig({
  base: "/",
  build: {
    outDir: "../../ar_service/pages",
    emptyOutDir: true,
    target: ["es2022", "safari15.4", "chrome94"],
    // The page runs under a strict content security policy: no inline scripts, no data: addresses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  worker: { format: "es" },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
