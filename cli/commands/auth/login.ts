import { z } from "zod";
import { me } from "../../../protocol/api/auth.ts";
import type { Cli } from "../../cli.ts";
import { createClient } from "../../client.ts";
import { type Choice, type Contexts, type Credential, contextNameFor, sameOrigin } from "../../contexts.ts";
import { Failure } from "../../exit-codes.ts";
import { readAll } from "../../io.ts";
import { clean } from "../../output.ts";
import { ask } from "../../prompt.ts";
import { serverUrl } from "../../server-url.ts";
import { command, flag, option, text } from "../../spec.ts";
import { contextName } from "../contexts/name.ts";
import { demoRefused, findDemo } from "./demo.ts";
import { signInByDevice } from "./device.ts";
import { signInWithPassword } from "./sign-in.ts";

function warnWhenOpen(cli: Cli, url: string): void {
  const { protocol, hostname } = new URL(url);
  const own = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (protocol === "http:" && !own) {
    cli.output.note(
      `Warning: ${url} is not encrypted; others on the way can read the password and the data.`,
    );
  }
}

interface Given {
  email: string | undefined;
  password: boolean;
  passwordStdin: boolean;
  code: string | undefined;
  tokenStdin: boolean;
  device: boolean;
}

async function askCredential(cli: Cli, url: string, given: Given): Promise<Credential> {
  const { io, signal } = cli;
  if (given.tokenStdin) {
    const apiKey = (await readAll(io.stdin)).trim();
    if (apiKey === "") throw new Failure("usage", "There is no API key on standard input.");
    return { kind: "api_key", apiKey };
  }
  const withPassword = given.password || given.passwordStdin || given.email !== undefined;
  if (given.device || (!withPassword && io.stdin.isTTY)) return signInByDevice(cli, url);
  const instead =
    "Pass --email and --password-stdin, or --token-stdin with an API key; --device waits for an approval in a browser.";
  const email = given.email ?? (await ask(io, "E-mail: ", { instead, signal })).trim();
  const password = given.passwordStdin
    ? (await readAll(io.stdin)).replace(/\r?\n$/, "")
    : await ask(io, "Password: ", { hidden: true, instead, signal });
  return signInWithPassword(cli, url, { email, password, code: given.code });
}

/** The context of this server, the current one first; else one named after the server. */
function contextFor(stored: Contexts, wanted: string | undefined, url: string): string {
  if (wanted !== undefined) return contextName(wanted);
  const fits = (name: string) => sameOrigin(stored.contexts[name]?.url ?? "", url);
  if (stored.current !== null && fits(stored.current)) return stored.current;
  return Object.keys(stored.contexts).find(fits) ?? contextNameFor(url);
}

export const login = command({
  name: "login",
  summary: "Sign in to a Muster server",
  about:
    "On a terminal it shows a code and an address: approve it in a browser, on this machine or another. With --password, or --email, it asks for e-mail and password instead. What it needs later is kept in a file that only you can read, one context a server.",
  options: {
    device: flag("--device", "Approve in a browser, also where there is no terminal"),
    password: flag("--password", "With e-mail and password"),
    email: option("--email <email>", "The e-mail address to sign in with", text.optional()),
    passwordStdin: flag("--password-stdin", "Read the password from standard input"),
    code: option(
      "--code <code>",
      "The second factor: a code of the authenticator app, or a recovery code",
      text.optional(),
    ),
    tokenStdin: flag("--token-stdin", "Use an API key, read from standard input"),
    demo: flag("--demo", "Sign in to the local demo that `npm start` runs"),
  },
  examples: [
    "muster login --url https://muster.example",
    "muster login --url https://staging.example --context staging",
    "muster login --email ada@example.com --password-stdin < password.txt",
    "muster login --token-stdin < key.txt",
    "muster login --demo",
  ],
  answer: z.object({
    context: z.string(),
    url: z.string(),
    actor: me.shape.actor,
    organizations: me.shape.organizations,
    choice: z.object({
      org: z.string().optional(),
      project: z.string().optional(),
      fleet: z.string().optional(),
    }),
  }),
  async run(cli, { options }) {
    const demo = options.demo ? await findDemo(cli.io.cwd) : null;
    const stored = await cli.contexts.all();
    const { wanted } = cli.contexts;
    const before = stored.contexts[wanted ?? stored.current ?? ""];
    const named = demo?.url ?? cli.globals.url ?? (cli.io.env.MUSTER_URL || undefined) ?? before?.url;
    if (named === undefined) {
      throw new Failure("usage", "Which server? Pass --url, such as --url https://muster.example.");
    }
    const url = serverUrl(named);
    const name = contextFor(stored, wanted, url);
    warnWhenOpen(cli, url);
    const credential = demo
      ? await signInWithPassword(cli, url, demo).catch((error) => demoRefused(error, demo))
      : await askCredential(cli, url, options);
    const bearer = credential.kind === "api_key" ? credential.apiKey : credential.accessToken;
    const client = createClient(url, { bearer: async () => bearer }, { signal: cli.signal });
    const { actor, organizations } = await client.call("GET /v1/me");
    const same = stored.contexts[name];
    const choice: Choice = demo
      ? { org: demo.organization, project: demo.project, fleet: demo.fleet }
      : same !== undefined && sameOrigin(same.url, url)
        ? same.choice
        : {};
    await cli.contexts.change((all) => ({
      ...all,
      current: name,
      contexts: { ...all.contexts, [name]: { url, credential, choice } },
    }));
    const who = actor.kind === "user" ? actor.user.email : `API key ${actor.apiKey.name}`;
    cli.output.result({ context: name, url, actor, organizations, choice }, () => {
      const orgs = organizations.map((organization) => clean(organization.name)).join(", ");
      return `Signed in to ${url} as ${clean(who)} (${orgs || "no organization yet"}).\nNext: muster agents list, muster help`;
    });
    for (const organization of organizations) {
      if (organization.blocked === null) continue;
      cli.output.note(
        `${clean(organization.name)} asks for ${organization.blocked === "sso_required" ? "single sign-on: sign in through it in the browser (`muster login --device`)" : "a second factor: set one up on the page of your account"}.`,
      );
    }
    if (cli.io.env.MUSTER_API_KEY) {
      cli.output.note("MUSTER_API_KEY is set and goes before this sign-in; unset it to use the sign-in.");
    }
  },
});
