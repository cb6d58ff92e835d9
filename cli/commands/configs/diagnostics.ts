import { plural } from "../../../domain/plural.ts";
import type { Diagnostic } from "../../../protocol/api/configs.ts";
import { clean, type Style } from "../../output.ts";

/** `file:line:column: error: message`, the line itself with a caret under the place, and the hint. */
export function showDiagnostics(
  diagnostics: Diagnostic[],
  file: string,
  content: string,
  { color }: Style,
): string {
  const lines = content.split(/\r?\n/);
  return diagnostics
    .map((found) => {
      const word = found.severity === "error" ? color.red("error") : color.yellow("warning");
      const text = [
        `${file}:${found.line}:${found.column}: ${word}: ${clean(found.message)} ${color.dim(`[${found.code}]`)}`,
      ];
      const line = lines[found.line - 1];
      if (line !== undefined && line.length <= 200) {
        const number = String(found.line).padStart(5);
        const before = line.slice(0, found.column - 1).replace(/[^\t]/g, " ");
        text.push(`${color.dim(`${number} |`)} ${clean(line)}`, `${color.dim("      |")} ${before}^`);
      }
      if (found.hint !== null) text.push(`        hint: ${clean(found.hint)}`);
      return text.join("\n");
    })
    .join("\n");
}

export function countDiagnostics(diagnostics: Diagnostic[]): string {
  const errors = diagnostics.filter((found) => found.severity === "error").length;
  const warnings = diagnostics.length - errors;
  return `${plural(errors, "error")}, ${plural(warnings, "warning")}`;
}
