import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { strictStyles } from "./strict-styles.ts";

/** `npx vite -c dashboard/vite.config.ts` proxies the API of a running `npm start`, whose address is MUSTER_URL. */
export default defineConfig(({ command }) => {
  const api = process.env.MUSTER_URL;
  if (command === "serve" && !api) {
    throw new Error("Set MUSTER_URL to the address that `npm start` prints, then start vite again.");
  }
  // A test runner that builds hands down its own NODE_ENV, which would ship React's development build.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    root: import.meta.dirname,
    plugins: [strictStyles(), react(), tailwindcss()],
    build: {
      outDir: "../dist/dashboard",
      emptyOutDir: true,
      target: "es2023",
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 600,
    },
    server: { host: "127.0.0.1", ...(api ? { proxy: { "/v1": { target: api, ws: true } } } : {}) },
  };
});
