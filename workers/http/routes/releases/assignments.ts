import type { z } from "zod";
import type { ConfigId } from "../../../../domain/ids.ts";
import type { assignmentBody } from "../../../../protocol/api/rollouts.ts";

/** The body's schema has checked that each config is a config's id. */
export const assignmentInputs = (assignments: z.output<typeof assignmentBody>[]) =>
  assignments.map((one) => ({ ...one, config: one.config as ConfigId }));
