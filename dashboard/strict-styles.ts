import type { Plugin } from "vite";

const changes: [file: RegExp, pattern: RegExp, instead: string][] = [
  [/\/sonner\/dist\/index\.m?js/, /^__insertCSS\(.*\);$/m, ""],
  // It adopts a stylesheet under shadow roots only; documents can do so too.
  [/\/style-mod\/src\/style-mod\.js/, /!root\.head && root\.adoptedStyleSheets/, "root.adoptedStyleSheets"],
];

/**
 * Three packages put <style> elements into the page, which the content policy (`public/_headers`) refuses. Sonner's rules
 * come with our own stylesheet instead (`styles.css`); the editor's, and those that hold the page still under a dialog,
 * are adopted.
 */
export function strictStyles(): Plugin {
  return {
    name: "muster:strict-styles",
    enforce: "pre",
    config: () => ({
      resolve: { alias: { "react-style-singleton": `${import.meta.dirname}/lib/style-singleton.ts` } },
      // Prepared dependencies do not pass through `transform`.
      optimizeDeps: { exclude: ["sonner", "style-mod"] },
    }),
    transform(code, id) {
      for (const [file, pattern, instead] of changes) {
        if (!file.test(id)) continue;
        const changed = code.replace(pattern, instead);
        if (changed === code) this.error(`${id} no longer makes its styles as it did; see strict-styles.ts`);
        return { code: changed, map: null };
      }
      return null;
    },
  };
}
