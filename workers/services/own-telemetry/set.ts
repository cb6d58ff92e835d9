import type { FleetRow } from "../../../db/queries/fleets.ts";
import { findCurrentSecrets } from "../../../db/queries/inputs.ts";
import { findEnvironment } from "../../../db/queries/projects.ts";
import { type FieldError, refuse } from "../../../domain/errors.ts";
import {
  carriesCredential,
  isOpenEndpoint,
  type OwnTelemetrySettings,
  type TelemetryHeader,
  telemetrySignals,
} from "../../../domain/fleets/own-telemetry.ts";
import type { FleetId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import { freezeAt } from "../../../domain/rollouts/schedule/closed.ts";
import type {
  ChangedOwnTelemetry,
  OwnTelemetry,
  SetOwnTelemetryBody,
  TelemetryTargetBody,
} from "../../../protocol/api/own-telemetry.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { policyOf } from "../environments/policy.ts";
import { matchesEtag } from "../etag.ts";
import { askFleet } from "../fleets/ask.ts";
import { makeReceipt } from "../receipts.ts";
import { sealedSecrets } from "../releases/inputs.ts";
import { fleetScope, organizationScope, placeOf } from "../scope.ts";
import { telemetryEtag } from "./read.ts";

export interface SetOwnTelemetry extends SetOwnTelemetryBody {
  fleet: FleetId;
  /** The ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

type FrozenSecret = Extract<TelemetryHeader, { secret: string }>;

/** Says where agents send what they say of themselves, and offers it to all that take such settings. */
export async function set({
  ctx,
  input,
}: {
  ctx: Context;
  input: SetOwnTelemetry;
}): Promise<{ changed: ChangedOwnTelemetry; etag: string }> {
  const fleet = await fleetScope(ctx, input.fleet, "fleet.write");
  const names = namesIn(input);
  // They choose who gets the value.
  if (names.size > 0) organizationScope(ctx, fleet.organizationId, "secret.write", placeOf(fleet));
  refuseBareCredentials(input);
  refuseOpenEndpoints(input);
  const endsOnly = await whyEndsOnly(ctx, fleet);
  const frozen = await freeze(ctx, fleet, names);
  const settings = settingsOf(input, frozen);
  const { organizationId } = fleet;
  const secrets = await sealedSecrets(ctx, {
    organizationId,
    inputs: { variables: [], secrets: frozenInputs(frozen) },
  });

  const before = await askFleet(ctx, fleet, (stub, scope) => stub.ownTelemetry(scope));
  const etag = telemetryEtag(before.hash);
  if (input.ifMatch && !matchesEtag(input.ifMatch, etag)) {
    refuse("conflict", `It was changed meanwhile; its ETag is now ${etag}. Read it again, then repeat.`);
  }
  const after = await askFleet(ctx, fleet, (stub, scope) =>
    stub.setOwnTelemetry(scope, {
      settings,
      secrets,
      expected: input.ifMatch ? before.hash : null,
      actor: ctx.actor.id,
      endsOnly,
    }),
  );
  const changes = differences("ownTelemetry", told(before.view), told(after.view), telemetrySignals);
  await commit(ctx, {
    organizationId,
    note: {
      action: "fleet.set_own_telemetry",
      target: fleet.id,
      summary: `set where the agents of fleet ${fleet.slug} tell of themselves`,
      changes,
    },
    statements: [],
  });
  return {
    changed: { ...after.view, receipt: receiptOf(ctx, fleet, after.view, changes) },
    etag: telemetryEtag(after.hash),
  };
}

const targetsOf = (body: SetOwnTelemetryBody): [signal: string, target: TelemetryTargetBody][] =>
  telemetrySignals.flatMap((signal) => {
    const target = body[signal];
    return target ? [[signal, target]] : [];
  });

function namesIn(body: SetOwnTelemetryBody): Set<string> {
  const headers = targetsOf(body).flatMap(([, target]) => Object.values(target.headers));
  return new Set(headers.flatMap((header) => ("secret" in header ? [header.secret] : [])));
}

/** Settings are shown and kept as they are: what must stay secret is a secret. */
function refuseBareCredentials(body: SetOwnTelemetryBody): void {
  const faults = targetsOf(body).flatMap(([signal, { headers }]): FieldError[] =>
    Object.entries(headers).flatMap(([name, header]) =>
      "value" in header && carriesCredential(name)
        ? [
            {
              path: `${signal}.headers.${name}`,
              message: `names a credential: write {"secret": "<its name>"}`,
            },
          ]
        : [],
    ),
  );
  const [first] = faults;
  if (!first) return;
  refuse(
    "validation_failed",
    `The header ${first.path} ${first.message}. Set the secret first: muster secrets set <name>`,
    faults,
  );
}

function refuseOpenEndpoints(body: SetOwnTelemetryBody): void {
  const faults = targetsOf(body).flatMap(([signal, { endpoint, headers }]): FieldError[] =>
    isOpenEndpoint(endpoint) && Object.values(headers).some((header) => "secret" in header)
      ? [{ path: `${signal}.endpoint`, message: "is sent a secret: it must start with https://" }]
      : [],
  );
  const [first] = faults;
  if (first) refuse("validation_failed", `${first.path} ${first.message}.`, faults);
}

/** Nobody approves what is told to all agents at once: where rollouts need somebody's leave, it only ends. */
async function whyEndsOnly(ctx: Context, fleet: FleetRow): Promise<string | null> {
  const environment = await findEnvironment(ctx.db, [fleet.organizationId], fleet.environmentId);
  if (!environment) return null;
  if (environment.protected) return `environment ${environment.name} is protected`;
  const frozen = freezeAt(policyOf(environment).freezes, ctx.clock.now());
  return frozen && `environment ${environment.name} is frozen: ${frozen.reason}`;
}

async function freeze(
  { db }: Context,
  { organizationId, environmentId, id }: FleetRow,
  names: ReadonlySet<string>,
): Promise<Map<string, Omit<FrozenSecret, "prefix">>> {
  if (names.size === 0) return new Map();
  const rows = await findCurrentSecrets(db, organizationId, environmentId, id, [...names]);
  const found = new Map<string, Omit<FrozenSecret, "prefix">>();
  // The fleet's own comes over the environment's. One with a selector is some agents' alone.
  for (const row of rows
    .filter(({ selector }) => selector === "")
    .sort((a, b) => (a.fleetId < b.fleetId ? -1 : 1))) {
    found.set(row.name, { secret: row.name, version: row.currentVersion, versionId: row.versionId });
  }
  const missing = [...names].filter((name) => !found.has(name));
  if (missing.length > 0) {
    refuse(
      "validation_failed",
      `The environment has no secret ${missing.join(", ")} that counts for the whole fleet. Set it: muster secrets set ${missing[0]}`,
      missing.map((name) => ({ path: "headers", message: `there is no secret ${name} without a selector` })),
    );
  }
  return found;
}

const frozenInputs = (frozen: ReadonlyMap<string, Omit<FrozenSecret, "prefix">>) =>
  [...frozen.values()].map(({ secret, version, versionId }) => ({
    id: versionId,
    name: secret,
    selector: "",
    versionId,
    version,
    fleet: null,
  }));

function settingsOf(
  body: SetOwnTelemetryBody,
  frozen: ReadonlyMap<string, Omit<FrozenSecret, "prefix">>,
): OwnTelemetrySettings {
  const targetOf = (target: TelemetryTargetBody | null) =>
    target && {
      endpoint: target.endpoint,
      headers: Object.fromEntries(
        Object.entries(target.headers).map(([name, header]): [string, TelemetryHeader] => {
          if ("value" in header) return [name, header];
          const secret = frozen.get(header.secret);
          if (!secret) throw new Error(`the secret ${header.secret} was not looked up`);
          return [name, { ...secret, prefix: header.prefix }];
        }),
      ),
    };
  return { metrics: targetOf(body.metrics), traces: targetOf(body.traces), logs: targetOf(body.logs) };
}

/** For audit: endpoints, and headers by name alone. */
const told = (view: OwnTelemetry) =>
  Object.fromEntries(
    telemetrySignals.map((signal) => {
      const target = view[signal];
      const headers = target && Object.keys(target.headers).sort().join(", ");
      return [signal, target ? `${target.endpoint}${headers ? ` with ${headers}` : ""}` : null];
    }),
  );

function receiptOf(
  ctx: Context,
  fleet: FleetRow,
  { agents, ...view }: OwnTelemetry,
  changes: ReturnType<typeof differences>,
) {
  const set = telemetrySignals.filter((signal) => view[signal]);
  const what =
    set.length === 0
      ? `Agents of fleet ${fleet.name} tell of themselves nowhere any more`
      : `Agents of fleet ${fleet.name} are told where to send their own ${set.join(", ")}`;
  return makeReceipt(ctx, {
    kind: "fleet.set_own_telemetry",
    ids: { fleet: fleet.id },
    summary: `${what}: ${plural(agents.takes, "agent")} of it take such settings.`,
    warnings:
      set.length > 0 && agents.takes === 0
        ? [
            "No agent of the fleet takes such settings yet. Collectors do, by OpAMP's own-telemetry capabilities.",
          ]
        : [],
    changes,
    next: [
      {
        label: "See who has taken it",
        command: `muster telemetry get --fleet ${fleet.slug}`,
        href: `/v1/fleets/${fleet.id}/own-telemetry`,
      },
    ],
  });
}
