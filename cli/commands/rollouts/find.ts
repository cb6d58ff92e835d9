import { isId } from "../../../domain/ids.ts";
import type { RolloutState } from "../../../domain/rollouts/states.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";

const names = "its id (rol_…), a release's number for the newest rollout to it, or latest";
/** What the argument of a command takes. */
export const rolloutArgument = `By ${names}`;

const searched = 1000;

async function newest(cli: Cli, limit: number): Promise<Rollout[]> {
  const { id } = await cli.scope.fleet();
  return (
    await collect(await cli.client(), "GET /v1/fleets/{fleet}/rollouts", {
      path: { fleet: id },
      query: { limit },
    })
  ).items;
}

const noneYet = (fleet: string) =>
  new Failure(
    "notFound",
    `Fleet ${fleet} has no rollouts yet. Start one: muster deploy --fleet ${fleet} --config <name>`,
  );

/** The id of the rollout that was named. */
export async function findNamedRollout(cli: Cli, wanted: string): Promise<string> {
  if (isId("rollout", wanted)) return wanted;
  if (wanted === "latest") {
    const [last] = await newest(cli, 1);
    if (last) return last.id;
    throw noneYet((await cli.scope.fleet()).slug);
  }
  if (!/^[1-9]\d{0,8}$/.test(wanted)) {
    throw new Failure(
      "usage",
      `"${wanted}" is not a rollout's id. A rollout is named by ${names}. See: muster rollouts list`,
    );
  }
  const found = (await newest(cli, searched)).find(
    (one) => one.releaseNumber === Number(wanted) && one.revertOf === null,
  );
  if (found) return found.id;
  const fleet = await cli.scope.fleet();
  throw new Failure(
    "notFound",
    `Fleet ${fleet.slug} has no rollout to release ${wanted} among its newest ${searched}. See: muster rollouts list`,
  );
}

/** A rollout's id; left out, the fleet's active one, or (when `past`) its last. */
export async function findRolloutId(cli: Cli, wanted: string | undefined, past: boolean): Promise<string> {
  if (wanted !== undefined) return findNamedRollout(cli, wanted);
  const fleet = await cli.scope.fleet();
  const { activeRolloutId } = await (await cli.client()).call("GET /v1/fleets/{fleet}", {
    path: { fleet: fleet.id },
  });
  if (activeRolloutId !== null) return activeRolloutId;
  if (past) {
    const [last] = await newest(cli, 1);
    if (last) return last.id;
    throw noneYet(fleet.slug);
  }
  throw new Failure("notFound", `No rollout is active in fleet ${fleet.slug}. See: muster rollouts list`);
}

/** The named one; left out, the only one in one of these states. */
export async function findRolloutIn(
  cli: Cli,
  wanted: string | undefined,
  states: RolloutState[],
  what: string,
): Promise<string> {
  if (wanted !== undefined) return findNamedRollout(cli, wanted);
  const found = (await newest(cli, searched)).filter(({ state }) => states.includes(state));
  if (found.length === 1 && found[0]) return found[0].id;
  const { slug } = await cli.scope.fleet();
  if (found.length === 0) {
    throw new Failure("notFound", `No rollout ${what} in fleet ${slug}. See: muster rollouts list`);
  }
  const ids = found.slice(0, 10).map(({ id }) => id);
  throw new Failure("usage", `Several rollouts ${what} in fleet ${slug}. Say which: ${ids.join(", ")}.`);
}
