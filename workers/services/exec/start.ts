import { GuardFailed } from "../../../db/batch.ts";
import {
  type ExecSessionRow,
  fewExecSessionsWait,
  insertExecSession,
} from "../../../db/queries/exec-sessions.ts";
import { findEnvironment } from "../../../db/queries/projects.ts";
import { DomainError, refuse } from "../../../domain/errors.ts";
import { approvalSeconds, execLimits, waitingSessions } from "../../../domain/streams/exec-sessions.ts";
import type { ExecBody, ExecStarted } from "../../../protocol/api/exec.ts";
import { type AgentInput, askAgent } from "../agents/locate.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope, placeOf } from "../scope.ts";
import { openExecStream } from "./open-stream.ts";
import { execSessionView, ticketView, whatRuns } from "./view.ts";

export interface StartExec extends AgentInput {
  body: ExecBody;
}

/** Runs a command on the agent's host at once, or asks for the approval that a protected environment wants. */
export async function start({ ctx, input }: { ctx: Context; input: StartExec }): Promise<ExecStarted> {
  const { agent: agentId, body } = input;
  const { value: agent, fleet } = await askAgent(ctx, input, "exec.run", (stub, scope) =>
    stub.getAgent(scope, agentId),
  );
  const { organizationId, projectId, environmentId } = fleet;
  const { plan } = organizationScope(ctx, organizationId, "exec.run", {
    ...placeOf(fleet),
    labels: agent.labels,
  });
  refuseBeyond(body, execLimits[plan], plan);
  const environment = await findEnvironment(ctx.db, [organizationId], environmentId);
  const nowMs = ctx.clock.now();
  const session: ExecSessionRow = {
    id: ctx.ids.make("stream"),
    organizationId,
    projectId,
    environmentId,
    fleetId: fleet.id,
    agentId,
    agentName: agent.name,
    state: "awaiting_approval",
    actor: ctx.actor.id,
    actorName: ctx.actor.name,
    person: ctx.actor.person,
    command: body.command,
    container: body.container ?? null,
    tty: body.tty,
    cols: body.size.cols,
    rows: body.size.rows,
    term: body.term,
    record: body.record,
    why: body.reason ?? null,
    idleSeconds: body.idleSeconds,
    maxSeconds: body.maxSeconds,
    createdAt: nowMs,
    expiresAt: nowMs + approvalSeconds * 1000,
    decidedBy: null,
    decidedAt: null,
    comment: null,
    openedAt: null,
    startedAt: null,
    endedAt: null,
    reason: null,
    exitCode: null,
    signal: null,
    bytesIn: 0,
    bytesOut: 0,
    recordedBytes: 0,
  };
  if (environment?.protected) return askForApproval(ctx, session, environment.slug);
  const { ticket, row } = await openExecStream(ctx, fleet, session, (opened) => ({
    statements: [insertExecSession(ctx.db, organizationId, { ...session, ...opened })],
  }));
  return {
    session: execSessionView(row, nowMs),
    stream: ticketView(ticket),
    receipt: makeReceipt(ctx, {
      kind: "exec.start",
      ids: { stream: row.id, agent: agentId, fleet: fleet.id },
      summary: `${ctx.actor.name} may run ${whatRuns(row)}: dial ${ticketView(ticket).path} within a minute.`,
      next: [
        {
          label: "See the sessions of this agent",
          command: `muster exec-sessions list --agent ${agentId}`,
          href: `/v1/orgs/${organizationId}/exec-sessions?agent=${agentId}`,
        },
      ],
      undo: { command: `muster exec-sessions end ${row.id}`, href: `/v1/exec-sessions/${row.id}/end` },
    }),
  };
}

async function askForApproval(
  ctx: Context,
  session: ExecSessionRow,
  environment: string,
): Promise<ExecStarted> {
  const { organizationId } = session;
  const few = fewExecSessionsWait(organizationId, waitingSessions, ctx.clock.now());
  await commit(ctx, {
    organizationId,
    guards: [{ name: "waiting", holds: few, after: true }],
    note: {
      action: "exec.request",
      target: session.id,
      summary: `asked to run ${whatRuns(session)}, of the protected environment ${environment}`,
      changes: [
        { path: "agent", after: session.agentId },
        { path: "command", after: session.command },
        { path: "container", after: session.container },
        ...(session.why === null ? [] : [{ path: "reason", after: session.why }]),
      ],
    },
    statements: [insertExecSession(ctx.db, organizationId, session)],
  }).catch((error: unknown) => {
    if (!(error instanceof GuardFailed)) throw error;
    refuse(
      "conflict",
      `${waitingSessions} sessions of the organization wait for an approval already. Have them decided, or wait an hour: muster exec-sessions list --state awaiting_approval`,
    );
  });
  return {
    session: execSessionView(session, ctx.clock.now()),
    stream: null,
    receipt: makeReceipt(ctx, {
      kind: "exec.request",
      ids: { stream: session.id, agent: session.agentId, fleet: session.fleetId },
      summary: `${environment} is protected: another person must approve ${whatRuns(session)} within an hour.`,
      next: [
        {
          label: "Approve, as another person",
          command: `muster exec-sessions approve ${session.id}`,
          href: `/v1/exec-sessions/${session.id}/approve`,
        },
        {
          label: "Run it once it is approved",
          command: `muster exec --session ${session.id}`,
          href: `/v1/exec-sessions/${session.id}/open`,
        },
      ],
    }),
  };
}

function refuseBeyond(
  body: ExecBody,
  limits: { idleSeconds: number; maxSeconds: number },
  plan: string,
): void {
  const errors = (["idleSeconds", "maxSeconds"] as const)
    .filter((name) => body[name] > limits[name])
    .map((path) => ({ path, message: `the plan ${plan} allows ${limits[path]} at most` }));
  if (errors.length === 0) return;
  throw new DomainError({
    code: "validation_failed",
    detail: "The session would be longer than the plan allows. Ask for less.",
    errors,
  });
}
