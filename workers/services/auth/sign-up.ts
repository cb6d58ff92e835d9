import { UniqueViolation } from "../../../db/batch.ts";
import { insertFleet } from "../../../db/queries/fleets.ts";
import { insertMembership, insertOrganization } from "../../../db/queries/organizations.ts";
import { insertUser, type UserRow } from "../../../db/queries/people.ts";
import { insertEnvironment, insertProject } from "../../../db/queries/projects.ts";
import { refuse } from "../../../domain/errors.ts";
import type { EnvironmentId, FleetId, OrganizationId, ProjectId } from "../../../domain/ids.ts";
import { commit } from "../audit/commit.ts";
import type { PublicContext } from "../context.ts";
import { configureFleet } from "../fleets/ask.ts";
import { slugOf } from "../slugs.ts";
import { newSession } from "./sessions.ts";
import { type SignedIn, signedIn } from "./views.ts";

export interface SignUp {
  email: string;
  password: string;
  name?: string | undefined;
  organizationName: string;
}

export interface SignedUp extends SignedIn {
  created: {
    organization: OrganizationId;
    project: ProjectId;
    environment: EnvironmentId;
    fleet: FleetId;
  };
}

/** Person, organization, ownership, project, `production`, first fleet and session: one atomic write. */
export async function signUp({ ctx, input }: { ctx: PublicContext; input: SignUp }): Promise<SignedUp> {
  if (!ctx.signUpAllowed) {
    refuse("forbidden", "Sign-up is closed on this installation. Ask an owner to add you.");
  }
  const nowMs = ctx.clock.now();
  const user: UserRow = {
    id: ctx.ids.make("user"),
    email: input.email.toLowerCase(),
    name: input.name ?? null,
    passwordHash: await ctx.passwords.hash(input.password),
    createdAt: nowMs,
    emailVerifiedAt: null,
    passwordChangedAt: nowMs,
    totpSecret: null,
    totpConfirmedAt: null,
    totpLastStep: null,
  };
  const created = {
    organization: ctx.ids.make("organization"),
    project: ctx.ids.make("project"),
    environment: ctx.ids.make("environment"),
    fleet: ctx.ids.make("fleet"),
  };
  const slug = `${slugOf(input.organizationName, "org")}-${created.organization.slice(-6).toLowerCase()}`;
  const organization = { id: created.organization, name: input.organizationName, slug };
  const session = newSession(ctx, user.id, { method: "password", secondFactor: false });
  const { db } = ctx;
  const statements = [
    insertUser(db, user),
    insertOrganization(db, organization.id, { name: organization.name, slug, createdAt: nowMs }),
    insertMembership(db, organization.id, {
      id: ctx.ids.make("membership"),
      userId: user.id,
      role: "owner",
      createdAt: nowMs,
    }),
    insertProject(db, organization.id, {
      id: created.project,
      name: "Default",
      slug: "default",
      createdAt: nowMs,
    }),
    insertEnvironment(db, organization.id, {
      id: created.environment,
      projectId: created.project,
      name: "Production",
      slug: "production",
      // Who signs up is alone: nobody else could approve.
      protected: false,
      createdAt: nowMs,
    }),
    insertFleet(db, organization.id, {
      id: created.fleet,
      projectId: created.project,
      environmentId: created.environment,
      name: "First fleet",
      slug: "first-fleet",
      version: 1,
      createdAt: nowMs,
      updatedAt: nowMs,
    }),
    session.insert,
  ];
  try {
    await commit(ctx, {
      organizationId: organization.id,
      author: { id: user.id, name: user.name ?? user.email },
      note: {
        action: "organization.create",
        target: organization.id,
        summary: `${user.email} signed up and created ${organization.name}`,
      },
      statements,
    });
  } catch (error) {
    if (error instanceof UniqueViolation && error.columns.includes("users.email")) {
      refuse("already_exists", "There is an account with this e-mail address already. Sign in instead.", [
        { path: "email", message: "is taken" },
      ]);
    }
    throw error;
  }
  ctx.afterwards(configureFleet(ctx, { id: created.fleet, organizationId: organization.id }));
  return {
    ...(await signedIn(ctx, user, { ssoConnectionOf: null, secondFactor: false }, session.refreshToken)),
    created,
  };
}
