import { writeUnaudited } from "../../db/batch.ts";
import { purgeAccountTokens } from "../../db/queries/account-tokens.ts";
import { purgeDeviceGrants } from "../../db/queries/device-grants.ts";
import { purgeGuessCounts } from "../../db/queries/guess-counts.ts";
import { purgeMails } from "../../db/queries/mails.ts";
import {
  fleetsAfter,
  fleetsOwedPolicy,
  fleetsOwedSettings,
  purgeIdempotencyKeys,
  purgeSessions,
  undeliveredRollouts,
} from "../../db/queries/system.ts";
import type { FleetId } from "../../domain/ids.ts";
import { hourMs } from "../../domain/usage/hours.ts";
import type { Platform } from "../services/context.ts";
import { tellPolicy } from "../services/environments/push-policy.ts";
import { tryFleet } from "../services/fleets/ask.ts";
import { tellSettings } from "../services/fleets/tell-settings.ts";
import { idempotencyHours } from "../services/idempotency/once.ts";
import { sendDueMails } from "../services/mail/send-due.ts";
import { redeliver } from "../services/rollouts/deliver.ts";
import { closeDeleted, eraseOrganizations } from "./erase-organizations.ts";
import { expireAudit, sealAudit } from "./keep-audit.ts";
import { renewSecrets } from "./renew-secrets.ts";

/** A start that is still under way in its own request is left alone for so long. */
const deliveryGraceMs = 30_000;
const ordersAtOnce = 50;
const fleetsAtOnce = 50;
/** As the cron trigger in `wrangler.toml` has it: the task of an hour runs at its first trigger. */
const scheduleEveryMs = 5 * 60_000;
/** Expired links and sessions stay so long: they tell apart what is expired from what never was. */
const expiredKeptMs = 7 * 24 * 3_600_000;
/** What is left of a mail once it is sent or given up: to whom and when, without its text. */
const mailsKeptMs = 30 * 24 * 3_600_000;

/** Everything that the cron trigger does. One task that fails keeps no other from running. */
export async function runSchedule(platform: Platform): Promise<void> {
  const tasks = {
    sendDueMails,
    resendOrders,
    tellPolicies,
    renewSecrets,
    tellOwedSettings,
    stateUsage,
    purge,
    sealAudit,
    expireAuditHourly,
    eraseHourly,
  };
  for (const [name, task] of Object.entries(tasks)) {
    try {
      await task(platform);
    } catch (error) {
      platform.log.error("a scheduled task failed", { task: name }, error);
    }
  }
}

async function resendOrders(platform: Platform): Promise<void> {
  const nowMs = platform.clock.now();
  const due = { createdBeforeMs: nowMs - deliveryGraceMs, nowMs };
  for (const row of await undeliveredRollouts(platform.db, due, ordersAtOnce)) {
    try {
      const outcome = await redeliver(platform, row);
      if (!outcome.ok) {
        platform.log.error("an order was not taken", { rolloutId: row.id, refusal: outcome.refusal.code });
      }
    } catch (error) {
      platform.log.error("an order could not be sent", { rolloutId: row.id }, error);
    }
  }
}

/** Fleets that could not be told their environment's policy when it changed. */
async function tellPolicies(platform: Platform): Promise<void> {
  const owed = await fleetsOwedPolicy(platform.db, fleetsAtOnce);
  await Promise.all(owed.map(({ fleet, environment }) => tellPolicy(platform, fleet, environment)));
}

async function tellOwedSettings(platform: Platform): Promise<void> {
  const owed = await fleetsOwedSettings(platform.db, fleetsAtOnce);
  await Promise.all(owed.map((fleet) => tellSettings(platform, fleet)));
}

/**
 * An idle fleet never wakes for its meter, so once an hour somebody has to ask it to state the hours that have
 * closed. Usage and invoices ask for the open hours themselves, so they never wait for this.
 */
async function stateUsage(platform: Platform): Promise<void> {
  if (platform.clock.now() % hourMs >= scheduleEveryMs) return;
  let after: FleetId | null = null;
  for (;;) {
    const fleets: Awaited<ReturnType<typeof fleetsAfter>> = await fleetsAfter(
      platform.db,
      after,
      fleetsAtOnce,
    );
    await Promise.all(
      fleets.map((fleet) => tryFleet(platform, fleet, (stub, scope) => stub.flushUsage(scope))),
    );
    const last = fleets.at(-1);
    if (!last || fleets.length < fleetsAtOnce) return;
    after = last.id;
  }
}

async function expireAuditHourly(platform: Platform): Promise<void> {
  if (platform.clock.now() % hourMs < scheduleEveryMs) await expireAudit(platform);
}

async function eraseHourly(platform: Platform): Promise<void> {
  if (platform.clock.now() % hourMs >= scheduleEveryMs) return;
  await closeDeleted(platform);
  await eraseOrganizations(platform);
}

async function purge(platform: Platform): Promise<void> {
  const nowMs = platform.clock.now();
  await writeUnaudited(platform.db, "removal of what has expired", [
    purgeIdempotencyKeys(platform.db, nowMs - idempotencyHours * 3_600_000),
    purgeSessions(platform.db, nowMs - expiredKeptMs),
    purgeAccountTokens(platform.db, nowMs - expiredKeptMs),
    purgeGuessCounts(platform.db, nowMs),
    purgeDeviceGrants(platform.db, nowMs - expiredKeptMs),
    purgeMails(platform.db, nowMs - mailsKeptMs),
  ]);
}
