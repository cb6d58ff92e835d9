import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import type { createdApiKey } from "../../protocol/api/api-keys.ts";
import type { Session, SignInAnswer } from "../../protocol/api/auth.ts";
import type { CreatedEnrollmentToken, Fleet } from "../../protocol/api/fleets.ts";
import type { Environment, Project } from "../../protocol/api/projects.ts";
import { ApiProblem, type DemoApi, demoApi } from "./api.ts";
import { type Reachable, signUpByMail } from "./sign-up.ts";

/** `.muster/demo.json`: for scripts, and for the next start. Mode 0600. */
export interface Demo {
  url: string;
  organization: string;
  project: string;
  environment: string;
  fleet: string;
  email: string;
  password: string;
  apiKey: string;
  enrollmentToken: string;
}

export const demoFile = (stateDir: string) => join(stateDir, "demo.json");

export function readDemo(stateDir: string): Partial<Demo> {
  const path = demoFile(stateDir);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Partial<Demo>) : {};
}

function writeDemo(stateDir: string, demo: Partial<Demo>): void {
  const path = demoFile(stateDir);
  writeFileSync(`${path}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Signs up at the first start and completes whatever an interrupted start left out. Answers an API with the key. */
export async function prepareAccount(
  stateDir: string,
  runtime: Reachable,
): Promise<{ demo: Demo; api: DemoApi }> {
  const { url } = runtime;
  const known = readDemo(stateDir);
  const login = {
    email: known.email ?? "demo@muster.local",
    password: known.password ?? randomBytes(12).toString("base64url"),
  };
  writeDemo(stateDir, { ...known, ...login, url });
  const session = await enter(runtime, login);
  const signedIn = demoApi(url, session.accessToken);
  const organization = known.organization ?? first(session.organizations).id;
  const project =
    known.project ??
    first((await signedIn.get<{ items: Project[] }>(`/v1/orgs/${organization}/projects`)).items).id;
  const environment =
    known.environment ??
    first((await signedIn.get<{ items: Environment[] }>(`/v1/projects/${project}/environments`)).items).id;
  const fleet =
    known.fleet ?? first((await signedIn.get<{ items: Fleet[] }>(`/v1/projects/${project}/fleets`)).items).id;
  const apiKey =
    known.apiKey ??
    (
      await signedIn.post<z.infer<typeof createdApiKey>>(`/v1/orgs/${organization}/api-keys`, {
        name: "demo",
        role: "owner",
      })
    ).secret;
  const enrollmentToken =
    known.enrollmentToken ??
    (
      await signedIn.post<CreatedEnrollmentToken>(`/v1/fleets/${fleet}/enrollment-tokens`, {
        name: "demo",
        labels: { site: "demo" },
        maxUses: 100,
        expiresInSeconds: null,
      })
    ).secret;
  const demo: Demo = { url, organization, project, environment, fleet, ...login, apiKey, enrollmentToken };
  writeDemo(stateDir, demo);
  return { demo, api: demoApi(url, apiKey) };
}

async function enter(runtime: Reachable, login: { email: string; password: string }): Promise<Session> {
  try {
    const answer = await demoApi(runtime.url).post<SignInAnswer>("/v1/auth/sign-in", login);
    if ("accessToken" in answer) return answer;
    throw new Error(
      "The demo account has a second factor. Sign in at the dashboard, or run `npm run reset`, then `npm start`.",
    );
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
  }
  return signUpByMail(runtime, { ...login, name: "Demo", organizationName: "Demo" });
}

function first<T>(items: T[]): T {
  const [item] = items;
  if (!item) throw new Error("The demo account is incomplete: run `npm run reset`, then `npm start`.");
  return item;
}
