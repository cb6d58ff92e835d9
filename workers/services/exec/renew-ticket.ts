import { refuse } from "../../../domain/errors.ts";
import type { StreamTicket } from "../../../protocol/api/exec.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { type ExecSessionInput, execScope } from "./scope.ts";
import { ticketView } from "./view.ts";

/** Another ticket for who opened the session, whose connection broke. The stream says whether it is too late. */
export async function renewTicket({
  ctx,
  input,
}: {
  ctx: Context;
  input: ExecSessionInput;
}): Promise<StreamTicket> {
  const { row, fleet } = await execScope(ctx, input, "exec.run");
  if (row.actor !== ctx.actor.id) {
    refuse("conflict", `${row.actorName} opened this session, and nobody else may take it over.`);
  }
  if (row.state !== "open")
    refuse("conflict", `The session is ${row.state}: there is nothing to go back to.`);
  const { agentId, id: streamId } = row;
  return ticketView(
    await askFleet(ctx, fleet, (stub, scope) =>
      stub.renewViewerTicket(scope, agentId, { streamId, kind: "exec" }),
    ),
  );
}
