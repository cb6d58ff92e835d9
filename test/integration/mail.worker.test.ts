import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Mail } from "../../workers/adapters/mail/transport.ts";
import { runSchedule } from "../../workers/jobs/run-schedule.ts";
import { type AppAt, appAt } from "../harness/worker/app-at.ts";

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as { DB: D1Database };
const minuteMs = 60_000;
const newEmail = () => `m-${crypto.randomUUID()}@example.com`;

interface Row {
  attempts: number;
  sealed: string;
  sent_at: number | null;
  next_attempt_at: number | null;
  failure: string | null;
}

async function rowOf(email: string): Promise<Row> {
  const row = await testEnv.DB.prepare("select * from mails where recipient = ?").bind(email).first<Row>();
  if (!row) throw new Error(`no mail to ${email} was written`);
  return row;
}

/** An app whose provider takes mails, or fails while `down` has a text. */
async function withProvider() {
  const app = await appAt();
  const provider = { taken: [] as Mail[], down: "" };
  app.platform.log = { error: () => undefined };
  app.platform.mail = {
    async send(mail) {
      if (provider.down) throw new Error(provider.down);
      provider.taken.push(mail);
    },
  };
  return { app, provider };
}

async function signUp(app: AppAt): Promise<string> {
  const email = newEmail();
  const body = { email, password: "correct horse battery", organizationName: "Acme" };
  expect((await app.call("POST", "/v1/auth/sign-up", { body })).status).toBe(202);
  await app.settled();
  return email;
}

it("sends a mail right after the answer, and keeps nothing of its text", async () => {
  const { app, provider } = await withProvider();
  const email = await signUp(app);
  expect(provider.taken).toEqual([
    expect.objectContaining({ to: email, subject: "Confirm your e-mail address" }),
  ]);
  expect(await rowOf(email)).toMatchObject({ sealed: "", attempts: 1, next_attempt_at: null, failure: null });
  await runSchedule(app.platform);
  expect(provider.taken).toHaveLength(1);
});

it("tries again by the schedule, later and later, until the provider takes it", async () => {
  const { app, provider } = await withProvider();
  provider.down = "the mail provider answered 503";
  const email = await signUp(app);
  expect(await rowOf(email)).toMatchObject({ attempts: 1, sent_at: null, failure: provider.down });

  await runSchedule(app.platform);
  expect((await rowOf(email)).attempts).toBe(1);
  for (const [attempts, waitMinutes] of [
    [2, 1],
    [3, 2],
    [4, 4],
  ] as const) {
    app.moveMs(waitMinutes * minuteMs);
    await runSchedule(app.platform);
    expect((await rowOf(email)).attempts).toBe(attempts);
  }
  provider.down = "";
  app.moveMs(8 * minuteMs);
  await runSchedule(app.platform);
  expect(provider.taken.map(({ to }) => to)).toContain(email);
  expect(await rowOf(email)).toMatchObject({ sealed: "", failure: null, next_attempt_at: null });
});

it("gives a mail up after a day, with the reason and without the text", async () => {
  const { app, provider } = await withProvider();
  provider.down = "the mail server closed the connection";
  const email = await signUp(app);
  app.moveMs(24 * 60 * minuteMs);
  await runSchedule(app.platform);
  expect(await rowOf(email)).toMatchObject({
    sealed: "",
    sent_at: null,
    next_attempt_at: null,
    failure: provider.down,
  });
});

it("keeps mails while no way for them is configured, and says so", async () => {
  const app = await appAt();
  const email = await signUp(app);
  expect((await app.call("GET", "/v1/health")).body).toMatchObject({ mail: "not configured" });
  await runSchedule(app.platform);
  expect(await rowOf(email)).toMatchObject({ attempts: 0, sent_at: null });
  expect((await rowOf(email)).sealed).not.toBe("");

  const later = await withProvider();
  await runSchedule(later.app.platform);
  expect(later.provider.taken.map(({ to }) => to)).toContain(email);
});

it("sends a mail once, also when two try at once", async () => {
  const { app, provider } = await withProvider();
  provider.down = "not yet";
  const email = await signUp(app);
  provider.down = "";
  app.moveMs(minuteMs);
  await Promise.all([runSchedule(app.platform), runSchedule(app.platform)]);
  expect(provider.taken.filter(({ to }) => to === email)).toHaveLength(1);
});
