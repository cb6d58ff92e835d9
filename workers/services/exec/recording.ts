import { refuse, unwrap } from "../../../domain/errors.ts";
import { noteRead } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { type ExecSessionInput, execScope } from "./scope.ts";
import { recordedUntilMs, whatRuns } from "./view.ts";

/** The recording's bytes, piece by piece. The read is audited: a terminal may have shown anything. */
export async function recording({
  ctx,
  input,
}: {
  ctx: Context;
  input: ExecSessionInput;
}): Promise<AsyncGenerator<Uint8Array>> {
  const { row, fleet } = await execScope(ctx, input, "exec.read");
  const none =
    "There is no recording of this session: it was not recorded, has not ended, or is older than 30 days.";
  if (recordedUntilMs(row, ctx.clock.now()) === null) refuse("not_found", none);
  const scope = { organizationId: row.organizationId, fleetId: fleet.id };
  const stub = ctx.stream(row.id);
  const first = unwrap(await stub.recording(scope, 0)) ?? refuse("not_found", none);
  await noteRead(ctx, row.organizationId, {
    action: "exec.replay",
    target: row.id,
    summary: `looked at the recording of ${whatRuns(row)}, by ${row.actorName}`,
  });
  return (async function* () {
    yield first.text;
    for (let at = first.next; at !== null; ) {
      const piece = unwrap(await stub.recording(scope, at));
      if (!piece) return;
      yield piece.text;
      at = piece.next;
    }
  })();
}
