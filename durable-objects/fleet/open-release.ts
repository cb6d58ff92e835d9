import { type FrozenInputs, noInputs } from "../../domain/configs/inputs/values.ts";
import { compileConfig } from "../../domain/configs/kinds.ts";
import {
  type AssignedPackage,
  type PackageReference,
  packagePicker,
  targetHash,
} from "../../domain/configs/packages.ts";
import { emptyConfigHash, type Render, renderer } from "../../domain/configs/render.ts";
import type { SourcedFile } from "../../domain/configs/render-reasons.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Labels } from "../../domain/fleets/agent-state.ts";
import { parseSelector, SelectorError } from "../../domain/fleets/selector.ts";
import type { ReleaseId } from "../../domain/ids.ts";
import type { BundledAssignment, ReleaseBundle } from "../../protocol/rpc/fleet.ts";
import { SecretFit } from "./secret-fit.ts";
import type { SecretTexts } from "./secrets.ts";

/** An assignment as the fleet keeps it: the content lies in `contents`, once. */
export type KeptAssignment = Omit<BundledAssignment, "content">;
export interface KeptRelease {
  id: ReleaseId;
  number: number;
  assignments: KeptAssignment[];
  packages: AssignedPackage[];
  inputs: FrozenInputs;
}

/** What a release gives one agent. */
export interface AgentRender extends Render<KeptAssignment> {
  packages: PackageReference[];
}

/** A release with its selectors parsed, ready to render for agents. */
export interface OpenRelease extends KeptRelease {
  /** `hash` stands for the files, and for the packages where the agent takes packages and has some. */
  renderFor: (labels: Labels, takesPackages: boolean) => AgentRender;
  /** The text of an assignment, by its sha256. */
  textOf: (sha256: string) => string;
}

/**
 * Parses the selectors, and the texts that have placeholders; `textOf` answers a text by its sha256. A render is refused
 * whose secrets cannot stand where they should, as far as `secretTexts` knows them.
 * @throws DomainError that names the assignment or package whose selector cannot be read
 */
export function openRelease(
  release: KeptRelease,
  textOf: (sha256: string) => string,
  secretTexts: SecretTexts,
): OpenRelease {
  const fit = new SecretFit(release, textOf, secretTexts);
  const filesFor = checked("assignments", release.assignments, (assignments) =>
    renderer(
      assignments.map((assignment) => {
        const { kind, quoting, sha256 } = assignment;
        if (!quoting) return assignment;
        return { ...assignment, template: compileConfig(kind, quoting, textOf(sha256)) };
      }),
      release.inputs,
    ),
  );
  const packagesFor = checked("packages", release.packages, packagePicker);
  return {
    ...release,
    textOf,
    renderFor(labels, takesPackages) {
      const files = filesFor(labels);
      fit.check(files);
      const { packages, hash } = takesPackages ? packagesFor(labels) : { packages: [], hash: null };
      if (hash === null) return { ...files, packages };
      return { ...files, packages, hash: targetHash(files.hash ?? emptyConfigHash, hash) };
    },
  };
}

function checked<T extends { selector: string }, R>(
  field: "assignments" | "packages",
  items: readonly T[],
  parse: (items: readonly T[]) => R,
): R {
  try {
    return parse(items);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    const index = items.findIndex(({ selector }) => !canRead(selector));
    throw new DomainError({
      ...error.refusal,
      errors: [
        { path: `${field}[${index}].selector`, message: error.refusal.errors?.[0]?.message ?? error.hint },
      ],
    });
  }
}

function canRead(selector: string): boolean {
  try {
    parseSelector(selector);
    return true;
  } catch {
    return false;
  }
}

export function withoutContents({ id, number, assignments, packages, inputs }: ReleaseBundle): KeptRelease {
  return {
    id,
    number,
    assignments: assignments.map(({ content: _, ...kept }) => kept),
    packages,
    inputs: inputs ?? noInputs,
  };
}

/** A release that need not be kept, such as that of a dry run. */
export function openBundle(bundle: ReleaseBundle, secretTexts: SecretTexts): OpenRelease {
  const texts = new Map(bundle.assignments.map(({ sha256, content }) => [sha256, content]));
  return openRelease(withoutContents(bundle), (sha256) => texts.get(sha256) ?? "", secretTexts);
}

/** The files of a render, each with the config version that it comes from. */
export function sourcedFiles({ files, matched }: AgentRender): SourcedFile[] {
  const assigned = new Map(matched.map((assignment) => [assignment.fileName, assignment]));
  return files.map((file) => {
    const from = assigned.get(file.name);
    return from ? { ...file, config: { name: from.configName, version: from.version } } : file;
  });
}
