/** The API in the test's own hands: a clock that it turns, and an outside world that it plays. */
import { env } from "cloudflare:workers";
import { createApp } from "../../../workers/app.ts";
import type { Env } from "../../../workers/env.ts";
import { createPlatform } from "../../../workers/platform.ts";
import type { Outside, Platform } from "../../../workers/services/context.ts";
import { type Answer, type CallOptions, prepareStore } from "../world.ts";

export interface OwnApp {
  platform: Platform;
  /** Lets so much time pass. */
  pass(ms: number): void;
  call<T = Record<string, unknown>>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
}

export const ownUrl = "http://muster.test";

/** The same store as the Worker of the test; `address` is where its requests come from. */
export async function ownApp(outside: Partial<Outside> = {}, address = "192.0.2.7"): Promise<OwnApp> {
  await prepareStore();
  let aheadMs = 0;
  const clock = { now: () => Date.now() + aheadMs };
  const made = createPlatform(env as unknown as Env, clock).platform;
  const platform: Platform = { ...made, outside: { ...made.outside, ...outside } };
  const app = createApp({ platform, publicUrl: ownUrl });
  return {
    platform,
    pass: (ms) => {
      aheadMs += ms;
    },
    async call<T>(method: string, path: string, { token, body, headers }: CallOptions = {}) {
      const waiting: Promise<unknown>[] = [];
      const request = new Request(`${ownUrl}${path}`, {
        method,
        redirect: "manual",
        headers: {
          "cf-connecting-ip": address,
          "user-agent": "test",
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer = await app(request, { waitUntil: (work) => void waiting.push(work) });
      const text = await answer.text();
      await Promise.all(waiting);
      return {
        status: answer.status,
        headers: answer.headers,
        body: (text === "" ? null : JSON.parse(text)) as T,
      };
    },
  };
}
