import type { Findings } from "../findings.ts";
import type { Word } from "./parse.ts";
import { directives } from "./vocabulary.ts";

/** The addresses of one site. `sites`: those of the ones before. */
export function checkAddresses(words: readonly Word[], sites: Map<string, Word>, findings: Findings): void {
  for (const word of words) {
    for (const [index, part] of word.text.split(",").entries()) {
      const address = part.trim();
      if (address === "" || word.unknown) continue;
      const at =
        index === 0 ? word.at : { line: word.at.line, column: word.at.column + word.text.indexOf(part) };
      if (directives.has(address) && words[0] === word) {
        findings.add({
          code: "directive_outside_site",
          message: `"${address}" is a directive, and stands outside of any site.`,
          at,
          hint: `Put it into a site: \`:8080 { ${address} … }\`.`,
        });
        return;
      }
      const port = /:(\d+)(?:\/|$)/.exec(address)?.[1];
      if (port !== undefined && (port.length > 5 || Number(port) > 65_535)) {
        findings.add({
          code: "bad_port",
          message: `"${port.slice(0, 60)}" is not a port.`,
          at,
          path: address.slice(0, 100),
          hint: "Use a number from 1 to 65535.",
        });
      }
      const before = sites.get(address.toLowerCase());
      if (before) {
        findings.add({
          code: "duplicate_site",
          message: `There is a site "${address.slice(0, 60)}" already, on line ${before.at.line}.`,
          at,
          path: address.slice(0, 100),
          hint: "Merge the two.",
        });
      } else sites.set(address.toLowerCase(), word);
    }
  }
}
