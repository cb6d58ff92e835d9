import { join } from "node:path";
import type { Plugin } from "vite";

/**
 * Two packages put <style> elements into the page, which the content policy (`public/_headers`) refuses. Sonner's rules
 * come with our own stylesheet instead (`styles.css`); those that hold the page still under a dialog are adopted.
 */
export function strictStyles(): Plugin {
  return {
    name: "muster:strict-styles",
    enforce: "pre",
    config: () => ({
      resolve: { alias: { "react-style-singleton": join(import.meta.dirname, "lib/style-singleton.ts") } },
      // Prepared dependencies do not pass through `transform`.
      optimizeDeps: { exclude: ["sonner"] },
    }),
    transform(code, id) {
      if (!/\/sonner\/dist\/index\.m?js/.test(id)) return null;
      const without = code.replace(/^__insertCSS\(.*\);$/m, "");
      if (without === code) this.error("sonner no longer inserts its styles as it did; see strict-styles.ts");
      return { code: without, map: null };
    },
  };
}
