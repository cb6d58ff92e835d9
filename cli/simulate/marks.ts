/** Which fleets may hold simulated agents, and which agents are simulated. */
import type { EnrollmentToken, Fleet } from "../../protocol/api/fleets.ts";
import type { Client } from "../client.ts";
import { Failure } from "../exit-codes.ts";
import { collect } from "../listing.ts";
import { clean } from "../output.ts";

/** A fleet is marked while it has a usable enrolment token with this label, which itself enrols nobody that counts as simulated. */
export const markLabel = { key: "muster.io/simulation", value: "allowed" } as const;
/** Label of every simulated agent, by its run's token; its value is the run. */
export const simulatedLabel = "muster.io/simulated";
/** Their service.name. */
export const simulatedType = "simulated";

const allTokens = 10_000;

export const isLive = ({ expiresAt, revokedAt }: EnrollmentToken, nowMs: number) =>
  revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > nowMs);

export const isMark = (token: EnrollmentToken, nowMs: number) =>
  isLive(token, nowMs) && token.labels[markLabel.key] === markLabel.value;

export async function tokensOf(client: Client, fleetId: string): Promise<EnrollmentToken[]> {
  const { items } = await collect(client, "GET /v1/fleets/{fleet}/enrollment-tokens", {
    path: { fleet: fleetId },
    query: { limit: allTokens },
  });
  return items;
}

/** Refuses a fleet that is not marked, and one that holds any agent, whatever its state, that is not simulated. */
export async function requireMarked(
  client: Client,
  fleet: Pick<Fleet, "id" | "slug">,
  nowMs: number,
): Promise<void> {
  const tokens = await tokensOf(client, fleet.id);
  if (!tokens.some((token) => isMark(token, nowMs))) {
    throw new Failure(
      "conflict",
      `Fleet ${fleet.slug} is not marked for simulations. If nothing real shall ever be in it: muster tokens create --fleet ${fleet.slug} --name simulation --label ${markLabel.key}=${markLabel.value} --expires 30d`,
    );
  }
  const { items } = await collect(client, "GET /v1/fleets/{fleet}/agents", {
    path: { fleet: fleet.id },
    query: { label: `!${simulatedLabel}`, limit: 1 },
  });
  const [real] = items;
  if (real) {
    throw new Failure(
      "conflict",
      `Fleet ${fleet.slug} holds agents that are not simulated, such as ${clean(real.name)} (${real.id}). Simulate in a fleet of its own: muster fleets create simulation`,
    );
  }
}
