/** What the metadata store must do, whichever database stands behind it. */

import { expect, it } from "vitest";
import type { Database } from "../../db/client.ts";
import { findApiKeyByHash, insertApiKey, listApiKeys, markApiKeyUsed } from "../../db/queries/api-keys.ts";
import {
  findConfig,
  findConfigVersion,
  insertConfig,
  insertConfigVersion,
  latestVersionIs,
  listConfigVersions,
  moveLatestVersion,
} from "../../db/queries/configs.ts";
import { listEvents } from "../../db/queries/events.ts";
import { findFleet, insertFleet, listFleets } from "../../db/queries/fleets.ts";
import { insertOrganization } from "../../db/queries/organizations.ts";
import { insertProject, listProjects } from "../../db/queries/projects.ts";
import { findRollout, insertRelease, insertRollout, nextReleaseNumber } from "../../db/queries/rollouts.ts";
import { claimIdempotencyKey, findIdempotencyKey, undeliveredRollouts } from "../../db/queries/system.ts";
import { insertLedgerEntry, ledgerSums, listLedger } from "../../db/queries/usage.ts";
import { GuardFailed, UniqueViolation, write } from "../../db/write.ts";
import type { OrganizationId, ReleaseId, RolloutId } from "../../domain/ids.ts";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import { systemClock } from "../../workers/adapters/clock.ts";
import { idMaker } from "../../workers/adapters/ids.ts";
import { projectOutbox } from "../../workers/jobs/project-outbox.ts";
import { noCounts } from "../../workers/services/rollouts/view.ts";

const ids = idMaker(systemClock);
const nowMs = Date.UTC(2026, 10, 21, 9);
const iso = new Date(nowMs).toISOString();

async function tenant(db: Database) {
  const organization = ids.make("organization");
  const project = ids.make("project");
  const fleet = ids.make("fleet");
  await write(db, [
    insertOrganization(db, organization, {
      name: "Acme",
      slug: organization.toLowerCase(),
      plan: "free",
      createdAt: nowMs,
    }),
    insertProject(db, organization, { id: project, name: "Web", slug: "web", createdAt: nowMs }),
    insertFleet(db, organization, {
      id: fleet,
      projectId: project,
      environmentId: ids.make("environment"),
      name: "Edge",
      slug: "edge",
      version: 1,
      createdAt: nowMs,
      updatedAt: nowMs,
    }),
  ]);
  return { organization, project, fleet };
}

type Tenant = Awaited<ReturnType<typeof tenant>>;

async function startedRollout(db: Database, { organization, fleet }: Tenant, number: number) {
  const release = ids.make("release");
  const rollout = ids.make("rollout");
  await write(db, [
    ...insertRelease(db, organization, {
      id: release,
      fleetId: fleet,
      number,
      assignments: [],
      author: "a",
      createdAt: nowMs,
    }),
    insertRollout(db, organization, {
      id: rollout,
      fleetId: fleet,
      releaseId: release,
      releaseNumber: number,
      strategy: { kind: "all-at-once" },
      gates: {},
      autoRevert: true,
      author: "a",
      actor: "usr_x",
      createdAt: nowMs,
      state: "scheduled",
      counts: noCounts(),
      total: 2,
    }),
  ]);
  return { release, rollout };
}

function rolloutEvent(
  of: Tenant & { rollout: RolloutId; release: ReleaseId },
  type: FleetEvent["type"],
  state: Rollout["state"],
): OutboxMessage {
  const event: FleetEvent = {
    id: ids.make("event"),
    type,
    at: iso,
    organizationId: of.organization,
    fleetId: of.fleet,
    agentId: null,
    rolloutId: of.rollout,
    actor: null,
    summary: `rollout ${state}`,
    data: { state },
  };
  const rollout: Rollout = {
    id: of.rollout,
    fleetId: of.fleet,
    releaseId: of.release,
    releaseNumber: 1,
    state,
    reason: null,
    strategy: { kind: "all-at-once" },
    gates: {
      ...defaultGates,
      soakSeconds: 1,
      maxFailures: 0,
      applyTimeoutSeconds: 60,
      progressDeadlineSeconds: 60,
    },
    autoRevert: true,
    schedule: { startAt: null, windows: [] },
    revertOf: null,
    approval: null,
    freezeOverride: null,
    message: null,
    author: "a",
    counts: { ...noCounts(), verified: state === "succeeded" ? 2 : 0 },
    total: 2,
    createdAt: iso,
    startedAt: iso,
    endedAt: state === "succeeded" ? iso : null,
  };
  return { kind: "event", key: event.id, event, rollout };
}

export function storeSuite(open: () => Promise<Database>): void {
  it("writes all of a batch or none of it", async () => {
    const db = await open();
    const { organization, project } = await tenant(db);
    const twice = write(db, [
      insertProject(db, organization, {
        id: ids.make("project"),
        name: "New",
        slug: "new",
        createdAt: nowMs,
      }),
      insertProject(db, organization, { id: ids.make("project"), name: "W", slug: "web", createdAt: nowMs }),
    ]);
    await expect(twice).rejects.toThrow(UniqueViolation);
    await expect(twice).rejects.toMatchObject({ columns: ["projects.organization_id", "projects.slug"] });
    const left = await listProjects(db, organization, { limit: 10 });
    expect(left.rows.map((row) => row.id)).toEqual([project]);
  });

  it("writes nothing when a guard does not hold, and says which", async () => {
    const db = await open();
    const { organization, project } = await tenant(db);
    const config = ids.make("config");
    const row = { projectId: project, name: "web", kind: "file", createdAt: nowMs, updatedAt: nowMs };
    await write(db, [insertConfig(db, organization, { ...row, id: config, latestVersion: 0 })]);
    const save = (from: number) =>
      write(
        db,
        [
          insertConfigVersion(db, organization, {
            id: ids.make("configVersion"),
            configId: config,
            number: from + 1,
            sha256: "x",
            sizeBytes: 3,
            author: "a",
            content: "ä'\n",
            createdAt: nowMs,
          }),
          moveLatestVersion(db, organization, config, from + 1, nowMs),
        ],
        [{ name: "latest", holds: latestVersionIs(organization, config, from) }],
      );
    expect(await save(0)).toEqual([1, 1]);
    const outdated = save(0);
    await expect(outdated).rejects.toThrow(GuardFailed);
    await expect(outdated).rejects.toMatchObject({ guard: "latest" });
    // Two at once: one of them wins.
    const both = await Promise.allSettled([save(1), save(1)]);
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await findConfig(db, [organization], config))?.latestVersion).toBe(2);
    expect((await findConfigVersion(db, organization, config, 2))?.content).toBe("ä'\n");
    const versions = await listConfigVersions(db, organization, config, { limit: 1 });
    expect(versions).toMatchObject({ rows: [{ number: 2 }], more: true });
  });

  it("finds nothing of another organization", async () => {
    const db = await open();
    const mine = await tenant(db);
    const other = await tenant(db);
    expect(await findFleet(db, [mine.organization], mine.fleet)).toMatchObject({ id: mine.fleet });
    expect(await findFleet(db, [other.organization], mine.fleet)).toBeUndefined();
    expect(await findFleet(db, [], mine.fleet)).toBeUndefined();
    expect((await listFleets(db, other.organization, mine.project, { limit: 5 })).rows).toEqual([]);
  });

  it("pages without a gap and without doubles", async () => {
    const db = await open();
    const { organization } = await tenant(db);
    const made = [];
    for (let i = 0; i < 5; i++) {
      const id = ids.make("apiKey");
      made.push(id);
      await write(db, [
        insertApiKey(db, organization, {
          id,
          name: `k${i}`,
          role: "viewer",
          prefix: "mk_x",
          secretHash: id,
          createdBy: "usr_x",
          createdAt: nowMs,
        }),
      ]);
    }
    const first = await listApiKeys(db, organization, {}, { limit: 3 });
    const after = first.rows.at(-1)?.key.id;
    const second = await listApiKeys(db, organization, {}, { limit: 3, ...(after && { after }) });
    expect([...first.rows, ...second.rows].map(({ key }) => key.id)).toEqual(made);
    expect([first.more, second.more]).toEqual([true, false]);
  });

  it("notes the use of a key at most once in the given time", async () => {
    const db = await open();
    const { organization } = await tenant(db);
    const id = ids.make("apiKey");
    const key = { id, name: "k", role: "admin" as const, prefix: "mk_x", secretHash: `hash ${id}` };
    await write(db, [insertApiKey(db, organization, { ...key, createdBy: "usr_x", createdAt: nowMs })]);
    const use = (atMs: number) =>
      write(db, [markApiKeyUsed(db, organization, id, { nowMs: atMs, everyMs: 60_000, address: "" })]);
    expect(await use(nowMs)).toEqual([1]);
    expect(await use(nowMs + 59_999)).toEqual([0]);
    expect(await use(nowMs + 60_001)).toEqual([1]);
    const found = await findApiKeyByHash(db, `hash ${id}`);
    expect(found).toMatchObject({ key: { lastUsedAt: nowMs + 60_001 }, organization: { id: organization } });
  });

  it("gives an idempotency key to one of two claims", async () => {
    const db = await open();
    const id = crypto.randomUUID();
    const claim = () => write(db, [claimIdempotencyKey(db, { id, requestHash: "r", createdAt: nowMs })]);
    const changed = await Promise.all([claim(), claim()]);
    expect(changed.flat().sort()).toEqual([0, 1]);
    expect(await findIdempotencyKey(db, id)).toMatchObject({ requestHash: "r", status: null });
  });

  it("projects events exactly once, and a rollout's summary only forward", async () => {
    const db = await open();
    const of = await tenant(db);
    expect(await nextReleaseNumber(db, of.organization, of.fleet)).toBe(1);
    const made = { ...of, ...(await startedRollout(db, of, 1)) };
    expect(await nextReleaseNumber(db, of.organization, of.fleet)).toBe(2);
    const undelivered = await undeliveredRollouts(db, { createdBeforeMs: nowMs + 1, nowMs }, 1000);
    expect(undelivered.map((row) => row.id)).toContain(made.rollout);

    const started = rolloutEvent(made, "rollout.started", "running");
    const succeeded = rolloutEvent(made, "rollout.succeeded", "succeeded");
    const project = (messages: OutboxMessage[]) =>
      projectOutbox(db, messages, () => ids.make("ledgerEntry"), nowMs);
    await project([succeeded, started]);
    await project([started, started, succeeded]);

    const row = await findRollout(db, [of.organization], made.rollout);
    expect(row).toMatchObject({ state: "succeeded", lastEventId: succeeded.key, deliveredAt: nowMs });
    expect(row?.counts.verified).toBe(2);
    expect((await findFleet(db, [of.organization], of.fleet))?.currentReleaseId).toBe(made.release);
    const history = await listEvents(db, of.organization, { rollout: made.rollout }, { limit: 10 });
    expect(history.rows.map((event) => event.id)).toEqual([succeeded.key, started.key]);
  });

  it("keeps the newest release that succeeded, whatever order the news come in", async () => {
    const db = await open();
    const of = await tenant(db);
    const first = { ...of, ...(await startedRollout(db, of, 1)) };
    const second = { ...of, ...(await startedRollout(db, of, 2)) };
    const early = rolloutEvent(first, "rollout.succeeded", "succeeded");
    const late = rolloutEvent(second, "rollout.succeeded", "succeeded");
    const project = (message: OutboxMessage) =>
      projectOutbox(db, [message], () => ids.make("ledgerEntry"), nowMs);
    await project(late);
    await project(early);
    expect((await findFleet(db, [of.organization], of.fleet))?.currentReleaseId).toBe(second.release);
  });

  it("counts each statement of the ledger once", async () => {
    const db = await open();
    const { organization, fleet } = await tenant(db);
    const statement = (sequence: number, quantity: number): OutboxMessage => ({
      kind: "usage",
      key: `${fleet}:${nowMs}:${sequence}`,
      organizationId: organization as OrganizationId,
      fleetId: fleet,
      hour: nowMs,
      meter: "connected_agent_seconds",
      quantity,
      sequence,
      recordedAtMs: nowMs,
    });
    const all = [statement(0, 3600.125), statement(1, -0.5)];
    for (const messages of [all, all.toReversed(), all]) {
      await projectOutbox(db, messages, () => ids.make("ledgerEntry"), nowMs);
    }
    const entries = await listLedger(db, organization, { fromMs: nowMs, toMs: nowMs + 1 }, { limit: 10 });
    expect(entries.rows.map((one) => [one.sequence, one.quantity])).toEqual([
      [0, 3600.125],
      [1, -0.5],
    ]);
  });

  it("adds up the ledger exactly, by fleet and by hour, of all fleets or one, as far as it was recorded", async () => {
    const db = await open();
    const [mine, other] = [await tenant(db), await tenant(db)];
    const second = ids.make("fleet");
    let sequence = 0;
    const enter = (
      { organization, fleet }: Pick<Tenant, "organization" | "fleet">,
      hour: number,
      quantity: number,
      recordedAt = nowMs,
    ) =>
      write(db, [
        insertLedgerEntry(db, organization, {
          id: ids.make("ledgerEntry"),
          fleetId: fleet,
          hour,
          meter: "connected_agent_seconds",
          quantity,
          sequence: sequence++,
          recordedAt,
        }),
      ]);
    // As decimals these add up to 0.30000000000000004.
    await enter(mine, 0, 0.1);
    await enter(mine, 0, 0.2);
    await enter(mine, 3_600_000, 7);
    await enter({ ...mine, fleet: second }, 0, 1.001);
    await enter(other, 0, 1000);
    await enter(mine, 0, 50, nowMs + 1);
    await enter(mine, 7_200_000, 60);
    const period = { fromMs: 0, toMs: 7_200_000, recordedByMs: nowMs };
    const meter = "connected_agent_seconds";
    const all = await ledgerSums(db, mine.organization, period);
    expect(all.byFleet.toSorted((a, b) => b.quantity - a.quantity)).toEqual([
      { fleetId: mine.fleet, meter, quantity: 7.3 },
      { fleetId: second, meter, quantity: 1.001 },
    ]);
    expect(all.byHour.toSorted((a, b) => a.hour - b.hour)).toEqual([
      { hour: 0, meter, quantity: 1.301 },
      { hour: 3_600_000, meter, quantity: 7 },
    ]);
    expect(await ledgerSums(db, mine.organization, { ...period, fleet: second })).toEqual({
      byFleet: [{ fleetId: second, meter, quantity: 1.001 }],
      byHour: [{ hour: 0, meter, quantity: 1.001 }],
    });
  });
}
