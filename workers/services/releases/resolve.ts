import { findConfigs, findConfigVersion } from "../../../db/queries/configs.ts";
import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { ReleaseRow } from "../../../db/queries/rollouts.ts";
import type { StoredAssignment } from "../../../db/schema/index.ts";
import { hasErrors } from "../../../domain/configs/diagnostic.ts";
import { sha256Hex } from "../../../domain/configs/hash.ts";
import { needsFilling } from "../../../domain/configs/inputs/placeholders.ts";
import { getKind, validate } from "../../../domain/configs/kinds.ts";
import { refuseCertainConflicts } from "../../../domain/configs/render.ts";
import { refuse } from "../../../domain/errors.ts";
import { inheritedFileNames } from "../../../domain/rollouts/succession.ts";
import type { BundledAssignment } from "../../../protocol/rpc/fleet.ts";
import { numberOf } from "../configs/find-version.ts";
import type { Context, Platform } from "../context.ts";
import { organizationScope, placeOf } from "../scope.ts";
import { type AssignmentInput, expandAssignments, readSelector } from "./bulk.ts";
import { pinned } from "./images.ts";

/** An assignment with the content that it stands for. */
export interface ResolvedAssignment {
  stored: StoredAssignment;
  content: string;
}

/**
 * Freezes what people wrote: "latest" and labels become numbers; names, hashes and, as the current release has them,
 * files are filled in. Reports every fault at once.
 */
export async function resolveAssignments(
  ctx: Context,
  fleet: FleetRow,
  assignments: readonly AssignmentInput[],
  current: readonly StoredAssignment[],
): Promise<ResolvedAssignment[]> {
  // What goes to agents can be read on them: nobody sends what they may not read.
  organizationScope(ctx, fleet.organizationId, "config.read", placeOf(fleet));
  const { assignments: expanded, faults } = await expandAssignments(ctx, fleet, assignments);
  const ids = [...new Set(expanded.map(({ config }) => config))];
  const configs = new Map(
    (await findConfigs(ctx.db, fleet.organizationId, ids)).map((config) => [config.id, config]),
  );
  const resolved = await Promise.all(
    expanded.map(async ({ at, ...assignment }) => {
      const selector = readSelector(assignment.selector, `${at}.selector`);
      if ("path" in selector) faults.push(selector);
      const config = configs.get(assignment.config);
      if (!config || config.projectId !== fleet.projectId) {
        faults.push({
          path: `${at}.config`,
          message: `there is no config ${assignment.config} in this project`,
        });
        return null;
      }
      const number = await numberOf(ctx, config, assignment.version);
      if (number === null) {
        faults.push({
          path: `${at}.version`,
          message: `config ${config.name} has no version that is labelled ${assignment.version}`,
        });
        return null;
      }
      const version = await findConfigVersion(ctx.db, fleet.organizationId, config.id, number);
      if (!version) {
        const exist =
          config.latestVersion === 0 ? "it has no version yet" : `its latest is ${config.latestVersion}`;
        faults.push({
          path: `${at}.version`,
          message: `config ${config.name} has no version ${number}; ${exist}`,
        });
        return null;
      }
      const inherited = inheritedFileNames(current, { configId: config.id, selector: assignment.selector });
      if (assignment.fileName === undefined && inherited.length > 1) {
        faults.push({
          path: `${at}.fileName`,
          message: `is needed: the current release gives ${config.name} as ${inherited.join(" and as ")}`,
        });
        return null;
      }
      const stored: StoredAssignment = {
        configId: config.id,
        configName: config.name,
        kind: config.kind,
        versionId: version.id,
        version: version.number,
        sha256: version.sha256,
        selector: assignment.selector,
        fileName: assignment.fileName ?? inherited[0] ?? getKind(config.kind).defaultFileName,
      };
      return { stored, content: version.content };
    }),
  );
  if (faults.length > 0) {
    refuse(
      "validation_failed",
      `The assignments cannot be used: ${faults[0]?.path} ${faults[0]?.message.replace(/\.$/, "")}.`,
      faults,
    );
  }
  return resolved.filter((one) => one !== null);
}

/** A release's assignments with their contents, as they were frozen. */
export async function loadAssignments(
  platform: Platform,
  release: Pick<ReleaseRow, "organizationId" | "assignments">,
): Promise<ResolvedAssignment[]> {
  return Promise.all(
    release.assignments.map(async (stored) => {
      const version = await findConfigVersion(
        platform.db,
        release.organizationId,
        stored.configId,
        stored.version,
      );
      if (!version) throw new Error(`version ${stored.versionId} of a release is missing in the store`);
      return { stored, content: version.content };
    }),
  );
}

/** A release travels to its fleet in one call, is held there whole, and goes to an agent in one message. */
const maxReleaseBytes = 8 * 1024 * 1024;

/** Refuses files that two write, contents with errors by the kinds' own rules, and more than can travel together. */
export function refuseInvalid(assignments: readonly ResolvedAssignment[]): void {
  refuseCertainConflicts(assignments.map(({ stored }) => stored));
  const bytes = assignments.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (bytes > maxReleaseBytes) {
    refuse(
      "config_invalid",
      `The configs of the release have ${bytes} bytes together; at most ${maxReleaseBytes} can be sent. Assign fewer or smaller ones.`,
      [{ path: "assignments", message: `have ${bytes} bytes; at most ${maxReleaseBytes}` }],
    );
  }
  const faults = assignments.flatMap(({ stored, content }, i) => {
    const diagnostics = validate(stored.kind, content);
    if (!hasErrors(diagnostics)) return [];
    return diagnostics
      .filter((one) => one.severity === "error")
      .map((one) => ({
        path: `assignments[${i}].content:${one.line}:${one.column}`,
        message: `${stored.configName} version ${stored.version}, line ${one.line}: ${[one.message, one.hint ?? ""].join(" ").trim()}`,
      }));
  });
  if (faults.length > 0) {
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
    refuse(
      "config_invalid",
      `${faults[0]?.message}${more} Save a corrected version of the config, then deploy that.`,
      faults,
    );
  }
}

export function bundled({
  stored: { image, ...stored },
  content: written,
}: ResolvedAssignment): BundledAssignment {
  const kind = getKind(stored.kind);
  const content = kind.deliver?.(written, image ? pinned(image) : null) ?? written;
  return {
    ...stored,
    sha256: content === written ? stored.sha256 : sha256Hex(content),
    contentType: kind.contentTypeOf?.(content) ?? kind.contentType,
    content,
    ...(needsFilling(content) && { quoting: kind.quoting }),
  };
}
