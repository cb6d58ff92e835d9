import { fillFile } from "../../domain/configs/inputs/fill.ts";
import { formatPlaceholder } from "../../domain/configs/inputs/placeholders.ts";
import type { Template } from "../../domain/configs/inputs/template.ts";
import { compileConfig, kinds } from "../../domain/configs/kinds.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { AgentRender, KeptAssignment, OpenRelease } from "./open-release.ts";

/** Characters of filled in text that one plan has checked at most. */
const maxCheckedChars = 5_000_000;

/**
 * What the kinds say of the files as they are filled in, each distinct one once: a value may break what was right with a
 * placeholder in it. Secrets stay placeholders, whose content is unknown to a kind.
 */
export class RenderCheck {
  readonly #release: OpenRelease;
  readonly #checked = new Set<string>();
  readonly #templates = new Map<string, Template>();
  #chars = 0;
  /** Distinct files past the limit. */
  unchecked = 0;
  /** Of the first file that must not be sent; null = there is none. */
  refusal: Refusal | null = null;

  constructor(release: OpenRelease) {
    this.#release = release;
  }

  add(render: AgentRender, agentName: string): void {
    for (const { name, sha256, filled } of render.files) {
      const assignment = filled && render.matched.find(({ fileName }) => fileName === name);
      const key = `${assignment?.kind} ${sha256}`;
      if (!filled || !assignment || this.refusal || this.#checked.has(key)) continue;
      this.#checked.add(key);
      if (this.#chars > maxCheckedChars) {
        this.unchecked++;
        continue;
      }
      const template = this.#templateOf(assignment);
      const text = fillFile(template, filled.values, ({ secret }) =>
        formatPlaceholder({ namespace: "secret", name: secret }),
      );
      this.#chars += text.length;
      this.#inspect(assignment, text, agentName);
    }
  }

  #templateOf({ kind, sha256, quoting = "raw" }: KeptAssignment): Template {
    const key = `${kind} ${sha256}`;
    let template = this.#templates.get(key);
    if (!template) {
      template = compileConfig(kind, quoting, this.#release.textOf(sha256));
      this.#templates.set(key, template);
    }
    return template;
  }

  #inspect(assignment: KeptAssignment, text: string, agentName: string): void {
    const { kind, configName, version } = assignment;
    const found = kinds.find((one) => one.kind === kind)?.inspect(text).diagnostics ?? [];
    const errors = found.filter(({ severity }) => severity === "error");
    const [first] = errors;
    if (!first) return;
    const index = this.#release.assignments.findIndex(
      ({ versionId, selector, fileName }) =>
        versionId === assignment.versionId &&
        selector === assignment.selector &&
        fileName === assignment.fileName,
    );
    const hint = first.hint ? ` (${first.hint})` : "";
    this.refusal = {
      code: "config_invalid",
      detail:
        `${configName} v${version} is not valid as it is filled in for agent ${agentName}: line ${first.line}: ${first.message}${hint} ` +
        `Look at it with \`muster configs render --agent ${agentName}\`, and change the variable, the label or the config.`,
      errors: errors.slice(0, 20).map(({ line, column, message }) => ({
        path: `assignments[${index}].rendered:${line}:${column}`,
        message: `for agent ${agentName}: ${message}`,
      })),
    };
  }
}
