import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** The server replaces this word, in each answer, by the nonce of that answer's security policy. */
const NONCE_WORD = "__NONCE__";

/** The console is built into the Python package that serves it, below the scan page's files. */
export default defineConfig({
  base: "/console/",
  plugins: [react()],
  html: { cspNonce: NONCE_WORD },
  build: {
    outDir: "../../ar_service/pages/console",
    emptyOutDir: true,
    target: ["es2022", "safari15.4", "chrome94", "firefox100"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The table of the pro components is one piece; it is loaded with the first list.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler|react-router)\// },
          ],
        },
      },
    },
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8000" } },
  test: {
    include: ["test/**/*.test.{ts,tsx}", "src/**/*.test.{ts,tsx}"],
    environment: "node",
    css: true,
  },
});
