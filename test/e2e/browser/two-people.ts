/** A running Muster with an organization of two people: its owner, and one who may deploy and approve. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import type { Session } from "../../../protocol/api/auth.ts";
import { linkTo, signUpByMail } from "../../../scripts/demo/sign-up.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../../harness/runtime.ts";

export interface Person {
  name: string;
  email: string;
  accessToken: string;
}

export interface Owned {
  runtime: RunningRuntime;
  owner: Person;
  organization: string;
  project: string;
  environment: string;
  fleet: string;
  /** One call as the owner; throws with the problem's text when it is refused. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export interface TwoPeople extends Owned {
  operator: Person;
}

export const password = "violet kettle under nine bridges";

/** What the API answers somebody, or nobody. */
export async function ask(
  { url }: RunningRuntime,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: unknown },
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      "idempotency-key": randomUUID(),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

async function call<T>(
  runtime: RunningRuntime,
  method: string,
  path: string,
  given: { token?: string; body?: unknown },
): Promise<T> {
  const { status, text } = await ask(runtime, method, path, given);
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return JSON.parse(text) as T;
}

/** One person, who signed up and owns an organization. */
export async function startWithOwner(): Promise<Owned> {
  const stateDir = makeStateDir();
  const runtime = await startRuntime({ stateDir });
  const name = "Ada";
  const email = "ada@example.test";
  const { accessToken: token, created } = await signUpByMail(runtime, {
    name,
    email,
    password,
    organizationName: "Ada Ltd",
  });
  return {
    runtime,
    owner: { name, email, accessToken: token },
    ...created,
    call: (method, path, body) => call(runtime, method, path, { token, body }),
    async stop() {
      await runtime.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** The owner invites somebody, who joins by the link in the mail. */
export async function invite(owned: Owned, role: string): Promise<Person> {
  const name = "Grace";
  const email = "grace@example.test";
  await owned.call("POST", `/v1/orgs/${owned.organization}/invitations`, { email, role });
  const token = await linkTo(owned.runtime, email, "/invitation");
  const { accessToken } = await call<Session>(owned.runtime, "POST", "/v1/auth/sign-up-invited", {
    body: { token, name, password },
  });
  return { name, email, accessToken };
}

export async function startWithTwoPeople(): Promise<TwoPeople> {
  const owned = await startWithOwner();
  return { ...owned, operator: await invite(owned, "operator") };
}

/** Signs in by the form, and answers the page once it is inside. */
export async function signIn(
  context: BrowserContext,
  url: string,
  { email }: Pick<Person, "email">,
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  return page;
}
