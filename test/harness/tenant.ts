/** For tests and benches that drive a running Muster over HTTP: a tenant of their own, in one call. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { CreatedEnrollmentToken } from "../../protocol/api/fleets.ts";
import type {
  Rollout,
  RolloutDetail,
  StartedRollout,
  StartRolloutBody,
} from "../../protocol/api/rollouts.ts";
import { type Reachable, signUpByMail } from "../../scripts/demo/sign-up.ts";

export interface Tenant {
  organization: string;
  project: string;
  fleet: string;
  /** One call as the tenant's owner; waits when the rate asks for it, throws with the problem's text when it is refused. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** For calls of one's own: the header's value. */
  authorization(): string;
  enrollmentToken(maxUses: number): Promise<string>;
  /** A config of kind `file` with its first version; answers its id. */
  createConfig(name: string, content: string): Promise<string>;
  /** Makes a version of it and rolls it out to the whole fleet. */
  rollOut(config: string, content: string, plan?: Partial<StartRolloutBody>): Promise<Rollout>;
  rollout(id: string): Promise<RolloutDetail>;
}

/** `runtime` may be a function where it comes back at another port. */
export async function signUpTenant(runtime: Reachable | (() => Reachable)): Promise<Tenant> {
  const now = typeof runtime === "function" ? runtime : () => runtime;
  const base = () => now().url;
  let accessToken = "";
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${base()}${path}`, {
      method,
      headers: {
        ...(accessToken && { authorization: `Bearer ${accessToken}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const retryAfter = answer.headers.get("retry-after");
    if (answer.status === 429 && retryAfter !== null) {
      await sleep(1000 * Number(retryAfter));
      return call(method, path, body);
    }
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  const signedUp = await signUpByMail(now(), {
    email: `owner-${randomUUID()}@example.com`,
    password: "correct horse battery staple",
    organizationName: "Acme",
  });
  accessToken = signedUp.accessToken;
  const { organization, project, fleet } = signedUp.created;
  return {
    organization,
    project,
    fleet,
    call,
    authorization: () => `Bearer ${accessToken}`,
    enrollmentToken: async (maxUses) =>
      (
        await call<CreatedEnrollmentToken>("POST", `/v1/fleets/${fleet}/enrollment-tokens`, {
          name: "load",
          maxUses,
        })
      ).secret,
    createConfig: async (name, content) =>
      (await call<{ id: string }>("POST", `/v1/projects/${project}/configs`, { name, kind: "file", content }))
        .id,
    async rollOut(config, content, plan = {}) {
      const version = await call<{ number: number }>("POST", `/v1/configs/${config}/versions`, { content });
      const started = await call<StartedRollout>("POST", `/v1/fleets/${fleet}/rollouts`, {
        assignments: [{ config, version: version.number }],
        ...plan,
      });
      return started.rollout;
    },
    rollout: (id) => call<RolloutDetail>("GET", `/v1/rollouts/${id}`),
  };
}
