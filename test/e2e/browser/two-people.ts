/** A running Muster with an organization of two people: its owner, and one who may deploy and approve. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { makeId } from "../../../domain/ids.ts";
import { signUpByMail } from "../../../scripts/demo/sign-up.ts";
import { type HranaServer, startHranaServer } from "../../harness/hrana-server.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../../harness/runtime.ts";

export interface Person {
  name: string;
  email: string;
  accessToken: string;
}

export interface TwoPeople {
  runtime: RunningRuntime;
  owner: Person;
  operator: Person;
  organization: string;
  project: string;
  environment: string;
  fleet: string;
  /** One call as the owner; throws with the problem's text when it is refused. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

const password = "correct horse battery staple";

export async function startWithTwoPeople(): Promise<TwoPeople> {
  const stateDir = makeStateDir();
  const store: HranaServer = await startHranaServer(join(stateDir, "metadata.db"));
  const runtime = await startRuntime({
    stateDir,
    vars: { DATABASE_URL: store.url, DATABASE_AUTH_TOKEN: store.authToken },
  });
  const signUp = async (name: string) => {
    const email = `${name.toLowerCase()}@example.test`;
    const account = { email, password, name, organizationName: `${name} Ltd` };
    const signedUp = await signUpByMail(runtime, account);
    return { ...signedUp, person: { name, email, accessToken: signedUp.accessToken } };
  };
  const owner = await signUp("Ada");
  const operator = await signUp("Grace");
  await store.client.execute({
    sql: "insert into memberships (id, organization_id, user_id, role, created_at) values (?, ?, ?, ?, ?)",
    args: [
      makeId("membership", Date.now(), crypto.getRandomValues(new Uint8Array(10))),
      owner.created.organization,
      operator.user.id,
      "operator",
      Date.now(),
    ],
  });
  return {
    runtime,
    owner: owner.person,
    operator: operator.person,
    ...owner.created,
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await fetch(`${runtime.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${owner.person.accessToken}`,
          "idempotency-key": randomUUID(),
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
      return JSON.parse(text) as T;
    },
    async stop() {
      await runtime.stop();
      await store.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Signs in by the form, and answers the page once it is inside. */
export async function signIn(context: BrowserContext, url: string, person: Person): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  return page;
}
