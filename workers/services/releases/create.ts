import type { FleetId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { askFleet, configureFleet } from "../fleets/ask.ts";
import { fleetScope } from "../scope.ts";
import { composeRelease, type NewRelease } from "./compose.ts";
import { refuseInvalid } from "./resolve.ts";
import { releaseView } from "./view.ts";
import { draftRelease, writeRelease } from "./write-release.ts";

export interface CreateRelease extends NewRelease {
  fleet: FleetId;
  message?: string | undefined;
}

/** A release that no rollout has yet carried to an agent. */
export async function create({ ctx, input }: { ctx: Context; input: CreateRelease }) {
  const fleet = await fleetScope(ctx, input.fleet, "rollout.write");
  await configureFleet(ctx, fleet);
  const { currentReleaseId } = await askFleet(ctx, fleet, (stub, scope) => stub.summary(scope));
  const contents = await composeRelease(ctx, fleet, input, currentReleaseId);
  refuseInvalid(contents.assignments);
  const draft = await draftRelease(ctx, fleet, contents, input.message);
  const release = await writeRelease(ctx, draft, ({ id, number, assignments }) => ({
    note: {
      action: "release.create",
      target: id,
      summary: `created release ${number} of fleet ${fleet.slug}`,
      changes: [{ path: "release", before: null, after: { number, assignments } }],
    },
  }));
  return releaseView(release);
}
