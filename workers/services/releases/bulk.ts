import type { FleetRow } from "../../../db/queries/fleets.ts";
import { listLabelledConfigs } from "../../../db/queries/labelled-configs.ts";
import { DomainError, type FieldError } from "../../../domain/errors.ts";
import { matchSelector, parseSelector, type Selector } from "../../../domain/fleets/selector.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import { maxAssignments } from "../../../domain/rollouts/succession.ts";
import type { VersionReference } from "../../../protocol/api/config-versions.ts";
import type { Context } from "../context.ts";

export interface OneAssignment {
  config: ConfigId;
  version: VersionReference;
  selector: string;
  fileName?: string | undefined;
}

/** Every config of the project whose labels match; `{config}` in the file name stands for its name. */
export interface BulkAssignment extends Omit<OneAssignment, "config"> {
  configs: string;
}

export type AssignmentInput = OneAssignment | BulkAssignment;

/** One assignment, with its place among those that people wrote. */
export type PlacedAssignment = OneAssignment & { at: string };

/** Bulk assignments become one for each config that they mean today, in the order of the configs' names. */
export async function expandAssignments(
  ctx: Context,
  fleet: FleetRow,
  assignments: readonly AssignmentInput[],
): Promise<{ assignments: PlacedAssignment[]; faults: FieldError[] }> {
  const faults: FieldError[] = [];
  const known = assignments.some((one) => "configs" in one)
    ? await listLabelledConfigs(ctx.db, fleet.organizationId, fleet.projectId)
    : [];
  const expanded = assignments.flatMap((one, i): PlacedAssignment[] => {
    const at = `assignments[${i}]`;
    if (!("configs" in one)) return [{ ...one, at }];
    const { configs, fileName, ...rest } = one;
    const selector = readSelector(configs, `${at}.configs`);
    if ("path" in selector) {
      faults.push(selector);
      return [];
    }
    const matching = known.filter(({ labels }) => matchSelector(selector.terms, labels));
    if (matching.length === 0) {
      faults.push({ path: `${at}.configs`, message: `"${configs}" matches no config of this project` });
    }
    return matching.map(({ id, name }) => ({
      ...rest,
      config: id,
      at,
      ...(fileName !== undefined && { fileName: fileName.replaceAll("{config}", name) }),
    }));
  });
  if (expanded.length > maxAssignments) {
    faults.push({
      path: "assignments",
      message: `stand for ${expanded.length} configs; a release has at most ${maxAssignments}`,
    });
  }
  return { assignments: expanded.slice(0, maxAssignments), faults };
}

/** The selector's terms, or what is wrong with its text. */
export function readSelector(text: string, path: string): { terms: Selector } | FieldError {
  try {
    return { terms: parseSelector(text) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const [fault] = error.refusal.errors ?? [];
    return { path, message: fault?.message ?? error.refusal.detail };
  }
}
