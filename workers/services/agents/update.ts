import { refuse } from "../../../domain/errors.ts";
import { agentEtag } from "../../../domain/fleets/agent-etag.ts";
import type { LabelChange } from "../../../domain/fleets/operator-labels.ts";
import type { AgentId } from "../../../domain/ids.ts";
import type { AgentActionPlan, UpdateAgentBody, UpdatedAgent } from "../../../protocol/api/agent-actions.ts";
import type { AgentDetail } from "../../../protocol/api/agents.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { askFleet } from "../fleets/ask.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import { choiceOf } from "./choose.ts";
import { askAgent } from "./locate.ts";
import { planRelabel, type Relabel, relabel } from "./relabel.ts";

export interface UpdateAgent {
  agent: AgentId;
  body: UpdateAgentBody;
  ifMatch?: string | undefined;
}

/** What `update` would do now. Writes nothing. */
export async function previewUpdate({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateAgent;
}): Promise<AgentActionPlan> {
  const { order } = await read(ctx, input);
  const { ids: _, ...plan } = await planRelabel(ctx, order);
  return plan;
}

export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateAgent;
}): Promise<{ agent: UpdatedAgent; etag: string }> {
  const { order, detail } = await read(ctx, input);
  const { fleet, change } = order;
  const { plan, rollout } = await relabel(ctx, order);
  const { name } = input.body;
  if (name !== undefined && name !== detail.labelSources.name) {
    const by = { actor: ctx.actor.id, name: ctx.actor.name };
    const renamed = await askFleet(ctx, fleet, (stub, scope) =>
      stub.renameAgent(scope, input.agent, name, by, input.ifMatch ? detail.labelSources.name : undefined),
    );
    await commit(ctx, {
      organizationId: fleet.organizationId,
      note: {
        action: "agent.rename",
        target: input.agent,
        summary: `renamed agent ${detail.name} of fleet ${fleet.slug} to ${renamed.name}`,
        changes: [{ path: "agent.name", before: detail.name, after: renamed.name }],
      },
      statements: [],
    });
  }
  const now = await askFleet(ctx, fleet, (stub, scope) => stub.getAgent(scope, input.agent));
  const summary = rollout
    ? `Rollout ${rollout.id} changes the labels of ${now.name} as it starts, and gives it what the current release has for them.`
    : plan.total > 0
      ? `Agent ${now.name} has its new labels${plan.runsOther > 0 ? ", and is offered what the current release has for them" : "; it runs what it ran"}.`
      : `The labels of ${now.name} are as they were.`;
  return {
    etag: agentEtag(now.labelSources),
    agent: {
      ...summaryOf(now),
      rolloutId: rollout?.id ?? null,
      receipt: makeReceipt(ctx, {
        kind: "agent.update",
        ids: { agent: input.agent, fleet: fleet.id, ...(rollout && { rollout: rollout.id }) },
        summary:
          name !== undefined && now.name !== detail.name
            ? `Agent ${detail.name} is called ${now.name} now. ${summary}`
            : summary,
        changes: [
          ...(plan.agents[0]?.does === "relabel"
            ? [{ path: "agent.labels", before: plan.agents[0].before, after: plan.agents[0].after }]
            : []),
          ...(now.name === detail.name ? [] : [{ path: "agent.name", before: detail.name, after: now.name }]),
        ],
        next: rollout
          ? [
              {
                label: "Follow the rollout",
                command: `muster rollouts watch ${rollout.id}`,
                href: `/v1/rollouts/${rollout.id}`,
              },
            ]
          : [],
        undo: plan.total > 0 && !rollout ? undoOf(detail, change) : null,
      }),
    },
  };
}

async function read(
  ctx: Context,
  { agent, body, ifMatch }: UpdateAgent,
): Promise<{ order: Relabel; detail: AgentDetail }> {
  const { value: detail, fleet } = await askAgent(ctx, { agent }, "agent.operate", (stub, scope) =>
    stub.getAgent(scope, agent),
  );
  const etag = agentEtag(detail.labelSources);
  if (ifMatch && !matchesEtag(ifMatch, etag)) {
    const { operator, name } = detail.labelSources;
    refuse(
      "conflict",
      `The labels of ${detail.name} were changed meanwhile; its ETag is now ${etag}. Read it again, then repeat.`,
      [
        {
          path: "labels",
          message: `people set ${JSON.stringify(operator)}, and call it ${name ?? "as it reports"}`,
        },
      ],
    );
  }
  return {
    detail,
    order: {
      fleet,
      choice: choiceOf(ctx, fleet, { agents: [agent] }, "agent.operate"),
      change: { set: body.labels, reset: body.resetLabels },
      immediately: body.immediately,
      terms: body.rollout,
      planToken: body.planToken,
      etag: ifMatch && etag,
    },
  };
}

/** What people had set under the keys that were changed. */
function undoOf({ id, labelSources }: AgentDetail, { set, reset }: LabelChange) {
  const words = [...Object.keys(set), ...reset].map((key) => {
    const before = labelSources.operator[key];
    if (before === undefined) return `--reset ${key}`;
    return before === null ? `${key}-` : shellWord(`${key}=${before}`);
  });
  return { command: `muster agents label ${id} ${words.join(" ")}`, href: `/v1/agents/${id}` };
}

function summaryOf(detail: AgentDetail): Omit<UpdatedAgent, "receipt" | "rolloutId"> {
  const {
    labelSources: _,
    attributes: __,
    health: ___,
    effectiveConfig: ____,
    wantedConfig: _____,
    packages: ______,
    history: _______,
    ...agent
  } = detail;
  return agent;
}
