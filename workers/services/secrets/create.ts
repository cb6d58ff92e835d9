import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import type { SecretRow } from "../../../db/queries/inputs.ts";
import { environmentHasRevision } from "../../../db/queries/projects.ts";
import { insertSecret } from "../../../db/queries/secrets.ts";
import { refuse } from "../../../domain/errors.ts";
import type { EnvironmentId, FleetId } from "../../../domain/ids.ts";
import type { SecretChange } from "../../../protocol/api/secrets.ts";
import type { InputImpact } from "../../../protocol/api/variables.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { readPlace } from "../inputs/place.ts";
import { environmentScope } from "../scope.ts";
import { secretImpact } from "./impact.ts";
import { keyMoved, newVersion } from "./new-version.ts";
import { placeIn, versionReceipt, whomText } from "./receipt.ts";
import { placeOfSecret, secretView } from "./view.ts";

export interface CreateSecret {
  environment: EnvironmentId;
  name: string;
  value: string;
  fleet: FleetId | null;
  selector: string;
  description: string;
}

/** Changes no agent: releases take it when they are made. */
export async function create({ ctx, input }: { ctx: Context; input: CreateSecret }): Promise<SecretChange> {
  const { environment, row } = await draft(ctx, input);
  const version = await newVersion(ctx, environment, row, 1, input.value);
  const secret = { ...row, currentVersion: version.row.state === "approved" ? 1 : 0 };
  const { name, description } = secret;
  const changes = [
    {
      path: "secret",
      before: null,
      after: { name, ...placeOfSecret(secret), description, version: 1, state: version.row.state },
    },
  ];
  try {
    await commit(ctx, {
      organizationId: secret.organizationId,
      note: {
        action: "secret.create",
        target: secret.id,
        summary: `set secret ${name} of environment ${environment.slug} for ${whomText(secret)}`,
        changes,
      },
      quotas: ["secrets"],
      guards: [
        {
          name: "environment",
          holds: environmentHasRevision(environment.organizationId, environment.id, environment.revision),
        },
        ...version.guards,
      ],
      statements: [insertSecret(ctx.db, secret.organizationId, secret), ...version.statements],
    });
  } catch (error) {
    if (error instanceof GuardFailed && error.guard === "environment") environmentMoved(environment.slug);
    if (error instanceof GuardFailed && error.guard === "key") keyMoved();
    if (!(error instanceof UniqueViolation)) throw error;
    refuse(
      "already_exists",
      `${name} is set already for ${whomText(secret)}. Give it another value: muster secrets rotate ${name} ${placeIn(environment, secret)}`,
      [{ path: "name", message: "is set already for this place" }],
    );
  }
  const pending = version.row.state === "pending" ? 1 : null;
  return {
    ...secretView({ row: secret, pending }),
    receipt: versionReceipt(ctx, "secret.create", environment, secret, version.row, input.value, changes),
  };
}

export function environmentMoved(slug: string): never {
  return refuse(
    "conflict",
    `Environment ${slug} was changed meanwhile, and may ask for an approval now. Send it again.`,
  );
}

/** Whom `create` would change after a rollout. Writes nothing. */
export async function previewCreate({
  ctx,
  input,
}: {
  ctx: Context;
  input: CreateSecret;
}): Promise<InputImpact> {
  const { environment, row } = await draft(ctx, input);
  const version = await newVersion(ctx, environment, row, 1, input.value);
  return secretImpact(ctx, environment, row.name, { row: { ...row, currentVersion: 1 }, version });
}

async function draft(ctx: Context, input: CreateSecret) {
  const environment = await environmentScope(ctx, input.environment, "secret.write");
  const { fleet, selector } = await readPlace(ctx, environment, input);
  const nowMs = ctx.clock.now();
  const row: SecretRow = {
    id: ctx.ids.make("secret"),
    organizationId: environment.organizationId,
    projectId: environment.projectId,
    environmentId: environment.id,
    name: input.name,
    fleetId: fleet?.id ?? "",
    selector,
    description: input.description,
    currentVersion: 0,
    latestVersion: 1,
    version: 1,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  return { environment, row };
}
