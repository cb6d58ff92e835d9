import { execFileSync } from "node:child_process";
import { join } from "node:path";

const name = "virtual:contract";

/** Gives tests `virtual:contract`: the checks that `compile.ts` makes from the OpenAPI document. */
export function contractModule() {
  let code: string | undefined;
  return {
    name: "muster:contract",
    resolveId: (id: string) => (id === name ? `\0${name}` : undefined),
    load(id: string) {
      if (id !== `\0${name}`) return undefined;
      code ??= execFileSync(process.execPath, [join(import.meta.dirname, "compile.ts")], {
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      });
      return { code, map: null };
    },
  };
}
