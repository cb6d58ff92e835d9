import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Failure } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { privateFile } from "./private-file.ts";

const credential = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("session"),
    email: z.string(),
    refreshToken: z.string(),
    accessToken: z.string(),
    /** Epoch ms by this machine's clock. */
    accessExpiresAt: z.number(),
  }),
  z.object({ kind: z.literal("api_key"), apiKey: z.string() }),
]);
export type Credential = z.infer<typeof credential>;

const choice = z.object({
  org: z.string().optional(),
  project: z.string().optional(),
  fleet: z.string().optional(),
});
/** Ids chosen with `muster use`. */
export type Choice = z.infer<typeof choice>;

const context = z.object({ url: z.string(), credential: credential.nullable(), choice });
/** A server, who one is there, and where one works. */
export type Context = z.infer<typeof context>;

const contexts = z.object({
  version: z.literal(1),
  current: z.string().nullable(),
  contexts: z.record(z.string(), context),
});
export type Contexts = z.infer<typeof contexts>;

const none: Contexts = { version: 1, current: null, contexts: {} };

/** `$XDG_CONFIG_HOME/muster/contexts.json`, or the same under `~/.config`. */
export function contextsPath(env: Io["env"]): string {
  const base = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config");
  return join(base, "muster", "contexts.json");
}

export function sameOrigin(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}

/** What a context is called when nobody named it: after its server. */
export const contextNameFor = (url: string): string => new URL(url).host.replaceAll(/[^A-Za-z0-9._-]/g, "-");

export interface ContextStore {
  path: string;
  /** The one that was asked for by flag or environment; undefined = the current one. */
  wanted: string | undefined;
  all(): Promise<Contexts>;
  /** Reads, changes and writes while no other `muster` does. */
  change(change: (all: Contexts) => Contexts | Promise<Contexts>): Promise<void>;
  /** The context that this command works in; null when there is none yet. */
  read(): Promise<Context | null>;
  /** Changes the context that this command works in, if there is one. */
  update(change: (current: Context) => Context | Promise<Context>): Promise<void>;
}

export function contextNamed(all: Contexts, name: string): Context {
  const found = all.contexts[name];
  if (found) return found;
  const names = Object.keys(all.contexts);
  const others = names.length > 0 ? `There is: ${names.join(", ")}.` : "There is none yet.";
  throw new Failure(
    "notFound",
    `No context "${name}". ${others} Make one: muster login --context ${name} --url <url>`,
  );
}

export function contextStore(path: string, wanted?: string): ContextStore {
  const file = privateFile(path);

  function parse(text: string | null): Contexts {
    if (text === null) return none;
    try {
      return contexts.parse(JSON.parse(text));
    } catch {
      throw new Failure("failed", `${path} is damaged. Delete it and run \`muster login\`.`);
    }
  }

  const nameIn = (all: Contexts) => wanted ?? all.current;
  const all = async () => parse(await file.read());
  const change: ContextStore["change"] = (by) =>
    file.update(async (text) => `${JSON.stringify(await by(parse(text)), null, 2)}\n`);

  return {
    path,
    wanted,
    all,
    change,
    async read() {
      const stored = await all();
      const name = nameIn(stored);
      return name === null ? null : contextNamed(stored, name);
    },
    update: (by) =>
      change(async (stored) => {
        const name = nameIn(stored);
        if (name === null) return stored;
        const next = await by(contextNamed(stored, name));
        return { ...stored, contexts: { ...stored.contexts, [name]: next } };
      }),
  };
}
