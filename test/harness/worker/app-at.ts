/** The real app on the test's store, with a clock that the test moves and an address of its choice. */
import { env } from "cloudflare:workers";
import { createApp } from "../../../workers/app.ts";
import type { Env } from "../../../workers/env.ts";
import { createPlatform } from "../../../workers/platform.ts";
import type { Platform } from "../../../workers/services/context.ts";
import { type Answer, prepareStore } from "../world.ts";

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as Env;

export interface AppAt {
  /** What its services use; a test may put its own parts in. */
  platform: Platform;
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer<T>>;
  moveMs(ms: number): void;
  nowMs(): number;
  /** Waits for what goes on after answers. */
  settled(): Promise<void>;
}

export async function appAt(
  publicUrl = "https://muster.example",
  variables: Record<string, string> = {},
): Promise<AppAt> {
  await prepareStore();
  let nowMs = Date.now();
  const { platform } = createPlatform({ ...testEnv, ...variables }, { now: () => nowMs });
  const app = createApp({ platform, publicUrl });
  const afterwards: Promise<unknown>[] = [];
  return {
    platform,
    async call<T>(method: string, path: string, { token, body, headers }: Parameters<AppAt["call"]>[2] = {}) {
      const answer = await app(
        new Request(`http://inside${path}`, {
          method,
          headers: {
            ...(token && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && { "content-type": "application/json" }),
            ...headers,
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
        { waitUntil: (work) => void afterwards.push(work) },
      );
      const text = await answer.text();
      return {
        status: answer.status,
        headers: answer.headers,
        body: (text === "" ? null : JSON.parse(text)) as T,
      };
    },
    moveMs(ms) {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    async settled() {
      await Promise.all(afterwards);
    },
  };
}
