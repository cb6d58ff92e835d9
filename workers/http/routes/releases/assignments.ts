import type { z } from "zod";
import type { ConfigId } from "../../../../domain/ids.ts";
import type { assignmentBody } from "../../../../protocol/api/rollouts.ts";
import type { AssignmentInput } from "../../../services/releases/bulk.ts";

/** The body's schema has checked that each config is a config's id. */
export const assignmentInputs = (assignments: z.output<typeof assignmentBody>[]): AssignmentInput[] =>
  assignments.map((one) => ("configs" in one ? one : { ...one, config: one.config as ConfigId }));
