import type { Client } from "../client.ts";
import { Failure } from "../exit-codes.ts";
import { collect } from "../listing.ts";
import { simulatedType } from "./marks.ts";
import { Pacer } from "./pacer.ts";

/** Three quarters of what a caller may ask in a minute, so that the same person can go on working. */
const deletesPerSecond = 15;
const deletesAtOnce = 4;
const everyone = 100_000;

/** Deletes the fleet's simulated agents that the selector finds, and answers how many. Throws when some are left. */
export async function deleteAgents(
  client: Client,
  fleetId: string,
  selector: string,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const found = await collect(client, "GET /v1/fleets/{fleet}/agents", {
    path: { fleet: fleetId },
    query: { label: selector, limit: everyone },
  });
  // Somebody may have given the label to a real one.
  const items = found.items.filter(({ type }) => type === simulatedType);
  const pacer = new Pacer({ perSecond: deletesPerSecond, atOnce: deletesAtOnce });
  let deleted = 0;
  let failure: Failure | null = null;
  const deleteOne = async (agent: string) => {
    try {
      await client.call("DELETE /v1/agents/{agent}", { path: { agent } });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // Somebody else was quicker.
      if (error.exit !== "notFound") {
        failure = error;
        return;
      }
    }
    deleted++;
    onProgress(deleted, items.length);
  };
  await Promise.all(
    items.map(
      ({ id }) =>
        new Promise<void>((resolve, reject) => {
          pacer.add(() => deleteOne(id).then(resolve, reject));
        }),
    ),
  );
  const first = failure as Failure | null;
  if (first) {
    throw new Failure(
      first.exit,
      `${items.length - deleted} of ${items.length} simulated agents are left: ${first.message}`,
    );
  }
  return deleted;
}
