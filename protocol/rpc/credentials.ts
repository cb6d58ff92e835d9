import { z } from "zod";
import { id, labels } from "../api/shared.ts";

/**
 * Claims of the tokens that agents carry as `Authorization: Bearer`, JWTs signed with EdDSA (Ed25519) by the
 * credential key. `exp` is the JWT's own, in seconds.
 */
export const agentClaims = z.object({
  typ: z.literal("agent"),
  org: id("organization"),
  flt: id("fleet"),
  agt: id("agent"),
  /** Generation: a fleet retires a credential by moving on to the next. */
  gen: z.number().int().min(1),
  exp: z.number().int(),
});
export type AgentClaims = z.infer<typeof agentClaims>;

export const enrollmentClaims = z.object({
  typ: z.literal("enroll"),
  org: id("organization"),
  flt: id("fleet"),
  tok: id("enrollmentToken"),
  /** Put on every agent that enrols with the token; they win over what the agent says. */
  labels,
  /** Agents that may enrol; null = any number. */
  max: z.number().int().min(1).nullable(),
  exp: z.number().int().optional(),
});
export type EnrollmentClaims = z.infer<typeof enrollmentClaims>;

export const credentialClaims = z.discriminatedUnion("typ", [agentClaims, enrollmentClaims]);

export const credentialAlgorithm = "EdDSA";
/** Longer ones are refused: they would not fit beside a hibernated socket. */
export const maxCredentialChars = 6_000;
