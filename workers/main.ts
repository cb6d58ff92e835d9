import { type App, createApp } from "./app.ts";
import type { Env } from "./env.ts";
import { createPlatform } from "./platform.ts";

interface Wired {
  app: App;
}

const wired = new WeakMap<Env, Wired>();

/** One platform for each isolate: the runtime hands the same `env` to every call. */
function wire(env: Env): Wired {
  const known = wired.get(env);
  if (known) return known;
  const { platform, variables } = createPlatform(env);
  const made = { app: createApp({ platform, publicUrl: variables.PUBLIC_URL }) };
  wired.set(env, made);
  return made;
}

const isApi = (path: string): boolean => path === "/v1" || path.startsWith("/v1/") || path === "/docs/api";

export default {
  async fetch(request, env, execution) {
    if (isApi(new URL(request.url).pathname) || !env.ASSETS) return wire(env).app(request, execution);
    return env.ASSETS.fetch(request);
  },
} satisfies ExportedHandler<Env>;
