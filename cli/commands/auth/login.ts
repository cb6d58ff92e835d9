import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { me, session } from "../../../protocol/api/auth.ts";
import type { Cli } from "../../cli.ts";
import { createClient, readAnswer, send, unreachable } from "../../client.ts";
import { Failure } from "../../exit-codes.ts";
import { readAll } from "../../io.ts";
import { clean } from "../../output.ts";
import type { Credential, Profile } from "../../profile.ts";
import { ask } from "../../prompt.ts";
import { command, flag, option, text } from "../../spec.ts";

const demoFile = z.object({
  url: z.string(),
  organization: z.string(),
  project: z.string(),
  fleet: z.string(),
  email: z.string(),
  password: z.string(),
});

/** `.muster/demo.json` of the folder we stand in or one above it, else of this program's own clone. */
async function findDemo(cwd: string): Promise<z.infer<typeof demoFile> & { folder: string }> {
  const folders = [cwd];
  for (let at = cwd; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  folders.push(fileURLToPath(new URL("../../..", import.meta.url)));
  for (const folder of folders) {
    const found = await readFile(join(folder, ".muster", "demo.json"), "utf8").catch(() => null);
    if (found === null) continue;
    try {
      return { ...demoFile.parse(JSON.parse(found)), folder };
    } catch {
      throw new Failure(
        "failed",
        `${join(folder, ".muster", "demo.json")} is damaged. Run \`npm start\` again.`,
      );
    }
  }
  throw new Failure("notFound", "There is no demo here. Run `npm start` in the clone first.");
}

async function signIn(cli: Cli, url: string, email: string, password: string) {
  let response: Response;
  try {
    response = await send(url, {
      method: "POST",
      path: "/v1/auth/sign-in",
      query: { tokens: "body" },
      body: { email, password },
      bearer: null,
      idempotencyKey: null,
      signal: cli.signal,
    });
  } catch (error) {
    throw unreachable(url, error);
  }
  return readAnswer(response, session, url);
}

async function withPassword(cli: Cli, url: string, email: string, password: string): Promise<Credential> {
  const made = await signIn(cli, url, email, password);
  if (made.refreshToken === undefined) {
    throw new Failure("failed", "The server gave no refresh token. Update the older of server and CLI.");
  }
  return {
    kind: "session",
    email: made.user.email,
    refreshToken: made.refreshToken,
    accessToken: made.accessToken,
    accessExpiresAt: cli.io.now() + made.expiresInSeconds * 1000,
  };
}

/** Another start may have taken another port, and another server this one. */
function demoRefused(error: unknown, demo: { url: string; folder: string }): never {
  if (!(error instanceof Failure) || !["notSignedIn", "unreachable"].includes(error.exit)) throw error;
  throw new Failure(
    error.exit,
    `The demo of ${demo.folder} does not run at ${demo.url}. Start it: npm start`,
  );
}

function origin(given: string): string {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new Failure(
      "usage",
      `"${given}" is not a server's address. Use one such as https://muster.example.`,
    );
  }
  return new URL(given).origin;
}

function warnWhenOpen(cli: Cli, url: string): void {
  const { protocol, hostname } = new URL(url);
  const own = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (protocol === "http:" && !own) {
    cli.output.note(
      `Warning: ${url} is not encrypted; others on the way can read the password and the data.`,
    );
  }
}

async function askCredential(
  cli: Cli,
  url: string,
  given: { email: string | undefined; apiKey: string | undefined; passwordStdin: boolean },
): Promise<Credential> {
  const { io, signal } = cli;
  if (given.apiKey !== undefined) {
    const apiKey = given.apiKey === "-" ? (await readAll(io.stdin)).trim() : given.apiKey;
    if (apiKey === "") throw new Failure("usage", "The API key is empty.");
    return { kind: "api_key", apiKey };
  }
  const instead = "Pass --email and --password-stdin, or --api-key -.";
  const email = given.email ?? (await ask(io, "E-mail: ", { instead, signal })).trim();
  const password = given.passwordStdin
    ? (await readAll(io.stdin)).replace(/\r?\n$/, "")
    : await ask(io, "Password: ", { hidden: true, instead, signal });
  return withPassword(cli, url, email, password);
}

export const login = command({
  name: "login",
  summary: "Sign in to a Muster server",
  about:
    "Asks for e-mail and password on the terminal. What it needs later is kept in a profile file that only you can read.",
  options: {
    email: option("--email <email>", "The e-mail address to sign in with", text.optional()),
    passwordStdin: flag("--password-stdin", "Read the password from standard input"),
    apiKey: option(
      "--api-key <key>",
      "Use an API key instead; - reads it from standard input",
      text.optional(),
    ),
    demo: flag("--demo", "Sign in to the local demo that `npm start` runs"),
  },
  examples: [
    "muster login --url https://muster.example",
    "muster login --email ada@example.com --password-stdin < password.txt",
    "muster login --api-key - < key.txt",
    "muster login --demo",
  ],
  async run(cli, { options }) {
    const demo = options.demo ? await findDemo(cli.io.cwd) : null;
    const stored = await cli.profiles.read();
    const named = demo?.url ?? cli.globals.url ?? (cli.io.env.MUSTER_URL || undefined) ?? stored?.url;
    if (named === undefined) {
      throw new Failure("usage", "Which server? Pass --url, such as --url https://muster.example.");
    }
    const url = origin(named);
    warnWhenOpen(cli, url);
    const credential = demo
      ? await withPassword(cli, url, demo.email, demo.password).catch((error) => demoRefused(error, demo))
      : await askCredential(cli, url, options);
    const bearer = credential.kind === "api_key" ? credential.apiKey : credential.accessToken;
    const who = await createClient(url, { bearer: async () => bearer }, { signal: cli.signal }).get(
      "/v1/me",
      me,
    );
    const context: Profile["context"] = demo
      ? { org: demo.organization, project: demo.project, fleet: demo.fleet }
      : stored?.url === url
        ? stored.context
        : {};
    await cli.profiles.update(() => ({ version: 1, url, credential, context }));
    const name = who.actor.kind === "user" ? who.actor.user.email : `API key ${who.actor.apiKey.name}`;
    cli.output.result({ url, actor: who.actor, organizations: who.organizations, context }, () => {
      const orgs = who.organizations.map((organization) => clean(organization.name)).join(", ");
      return `Signed in to ${url} as ${name} (${orgs}).\nNext: muster agents list, muster help`;
    });
    if (cli.io.env.MUSTER_API_KEY) {
      cli.output.note("MUSTER_API_KEY is set and goes before this sign-in; unset it to use the sign-in.");
    }
  },
});
