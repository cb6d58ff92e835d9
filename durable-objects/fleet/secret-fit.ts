import { fillFile } from "../../domain/configs/inputs/fill.ts";
import { InputError, type Template } from "../../domain/configs/inputs/template.ts";
import { compileConfig } from "../../domain/configs/kinds.ts";
import { FileInputError, type Render } from "../../domain/configs/render.ts";
import type { KeptAssignment, KeptRelease } from "./open-release.ts";
import type { SecretTexts } from "./secrets.ts";

/**
 * Whether each secret can stand where its placeholder does: what it holds is known here alone, and is not told. Each
 * distinct file is tried once; what holds a secret that is not known passes.
 */
export class SecretFit {
  readonly #release: KeptRelease;
  readonly #textOf: (sha256: string) => string;
  readonly #secretTexts: SecretTexts;
  readonly #templates = new Map<string, Template>();
  readonly #known = new Map<string, FileInputError | null>();

  constructor(release: KeptRelease, textOf: (sha256: string) => string, secretTexts: SecretTexts) {
    this.#release = release;
    this.#textOf = textOf;
    this.#secretTexts = secretTexts;
  }

  /** @throws FileInputError */
  check({ files, matched }: Render<KeptAssignment>): void {
    for (const { name, sha256, filled } of files) {
      const values = Object.values(filled?.values ?? {});
      if (!filled || !values.some((value) => "secret" in value)) continue;
      const assignment = matched.find(({ fileName }) => fileName === name);
      if (!assignment) continue;
      const key = `${assignment.kind} ${sha256}`;
      let fault = this.#known.get(key);
      if (fault === undefined) {
        fault = this.#fault(assignment, filled.values);
        this.#known.set(key, fault);
      }
      if (fault) throw fault;
    }
  }

  #fault(assignment: KeptAssignment, values: Parameters<typeof fillFile>[1]): FileInputError | null {
    try {
      fillFile(this.#templateOf(assignment), values, ({ versionId }) => this.#secretTexts(versionId) ?? "");
      return null;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { versionId, selector, fileName } = assignment;
      const index = this.#release.assignments.findIndex(
        (one) => one.versionId === versionId && one.selector === selector && one.fileName === fileName,
      );
      return new FileInputError({ assignment, index }, error);
    }
  }

  #templateOf({ kind, sha256, quoting = "raw" }: KeptAssignment): Template {
    const key = `${kind} ${sha256}`;
    let template = this.#templates.get(key);
    if (!template) {
      template = compileConfig(kind, quoting, this.#textOf(sha256));
      this.#templates.set(key, template);
    }
    return template;
  }
}
