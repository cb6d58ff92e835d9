import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Cli } from "../../cli.ts";
import { send } from "../../client.ts";
import { sameOrigin } from "../../contexts.ts";
import { Failure } from "../../exit-codes.ts";
import { duration } from "../../time.ts";

export type Verdict = "ok" | "warn" | "fail";

/** One line of what `muster doctor` says; `fix` is there when it is not ok. */
export interface Check {
  name: string;
  verdict: Verdict;
  detail: string;
  fix: string | null;
}

const ok = (name: string, detail: string): Check => ({ name, verdict: "ok", detail, fix: null });
const warn = (name: string, detail: string, fix: string): Check => ({ name, verdict: "warn", detail, fix });
const fail = (name: string, detail: string, fix: string): Check => ({ name, verdict: "fail", detail, fix });

/** As `engines` of package.json and the launcher have it. */
const leastNode = [22, 18] as const;
/** The API's version that this CLI was made for; the first number must be the same. */
const apiMajor = 1;
/** Access tokens and links count minutes: a clock further off than this makes trouble. */
const skewWarnSeconds = 30;
const skewFailSeconds = 300;

export function checkNode(version: string, own: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const good = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const detail = `muster ${own} on Node ${version}`;
  return good
    ? ok("program", detail)
    : fail("program", detail, `Install Node ${leastNode.join(".")} or newer.`);
}

export async function checkConfigFile(cli: Cli): Promise<Check> {
  const { path } = cli.contexts;
  try {
    const { contexts } = await cli.contexts.all();
    const count = Object.keys(contexts).length;
    if (count === 0) return ok("contexts", `None yet (${path}).`);
    const folder = (await stat(dirname(path))).mode & 0o022;
    return folder !== 0 && process.platform !== "win32"
      ? warn("contexts", `Others may write into ${dirname(path)}.`, `Run: chmod 700 '${dirname(path)}'`)
      : ok("contexts", `${count} in ${path}, for you alone.`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return fail("contexts", error.message, "Do as it says.");
  }
}

const proxyNames = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/** Node heeds these only when it is told to. */
export function checkProxy({ io }: Cli): Check {
  const set = proxyNames.filter((name) => io.env[name]);
  if (set.length === 0) return ok("proxy", "No proxy variables are set.");
  return io.env.NODE_USE_ENV_PROXY === "1"
    ? ok("proxy", `${set.join(", ")} are used.`)
    : warn(
        "proxy",
        `${set.join(", ")} are set, but Node does not heed them.`,
        "Set NODE_USE_ENV_PROXY=1 to use them.",
      );
}

export function checkTerminal({ io }: Cli): Check {
  const { stdin, stdout, env } = io;
  if (!stdout.isTTY)
    return ok("terminal", "None: output goes to a file or pipe, in full width, without colour.");
  const facts = `${stdout.columns ?? 80} columns, ${env.NO_COLOR || env.TERM === "dumb" ? "no colour" : "colour"}`;
  if (!stdin.isTTY) {
    return warn(
      "terminal",
      `${facts}; standard input is no terminal.`,
      "Questions cannot be asked: pass --yes and the like.",
    );
  }
  return ok("terminal", facts);
}

interface Reached {
  url: string;
  checks: Check[];
  reached: boolean;
}

/** Whether the server answers, is Muster, and has the time and the API that we have. */
export async function checkServer(cli: Cli, url: string): Promise<Reached> {
  const ask = (path: string) =>
    send(url, { method: "GET", path, bearer: null, idempotencyKey: null, signal: cli.signal });
  const startedAt = cli.io.now();
  let response: Response;
  try {
    response = await ask("/v1/health");
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    const fix =
      "Check the address (--url, MUSTER_URL, muster contexts), the network and, if there is one, the proxy.";
    return { url, reached: false, checks: [fail("server", `${url} cannot be reached: ${cause}`, fix)] };
  }
  const endedAt = cli.io.now();
  if (response.status === 404 || !response.headers.get("content-type")?.includes("json")) {
    const detail = `${url} answers, but not as a Muster server does (${response.status}).`;
    return {
      url,
      reached: false,
      checks: [fail("server", detail, "Check the address: muster login --url <url>")],
    };
  }
  const checks = [
    response.ok
      ? ok("server", `${url} answers in ${endedAt - startedAt} ms.`)
      : warn(
          "server",
          `${url} answers ${response.status}: it is up, but does not work.`,
          "Ask who runs it; docs/runbooks/store-down.md.",
        ),
  ];
  const { protocol, hostname } = new URL(url);
  if (protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(hostname)) {
    checks.push(
      warn("encryption", "Others on the way can read credentials and data.", "Use https:// for this server."),
    );
  }
  checks.push(checkClock(response.headers.get("date"), startedAt, endedAt));
  checks.push(await checkVersion(await ask("/v1/openapi.json").catch(() => null)));
  return { url, reached: true, checks };
}

/** `Date` has whole seconds: half of one, and the way there and back, are no skew. */
export function checkClock(date: string | null, startedAt: number, endedAt: number): Check {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs))
    return warn("clock", "The server did not tell its time.", "Compare the clocks yourself.");
  const early = startedAt - (theirs + 999);
  const late = theirs - endedAt;
  const offSeconds = Math.round(Math.max(0, early, late) / 1000);
  const detail = `${duration(offSeconds)} ${early > late ? "ahead of" : "behind"} the server's`;
  const fix = "Set this machine's clock, by NTP if it can.";
  if (offSeconds >= skewFailSeconds) return fail("clock", detail, fix);
  return offSeconds >= skewWarnSeconds ? warn("clock", detail, fix) : ok("clock", "As the server's.");
}

async function checkVersion(response: Response | null): Promise<Check> {
  const body: unknown = response?.ok ? await response.json().catch(() => null) : null;
  const info = typeof body === "object" && body !== null && "info" in body ? body.info : null;
  const version =
    typeof info === "object" && info !== null && "version" in info ? String(info.version) : null;
  if (version === null) {
    return warn("api", "The server does not say which API it has.", "Update the older of server and CLI.");
  }
  return Number.parseInt(version, 10) === apiMajor
    ? ok("api", `Version ${version}.`)
    : fail("api", `Version ${version}; this CLI speaks ${apiMajor}.`, "Update the older of server and CLI.");
}

/** Who we are there, and whether we may work where we stand. */
export async function checkSignIn(cli: Cli, url: string): Promise<Check[]> {
  const stored = await cli.contexts.read().catch(() => null);
  const key = cli.io.env.MUSTER_API_KEY;
  const kind = key
    ? "MUSTER_API_KEY"
    : stored?.credential && sameOrigin(stored.url, url)
      ? stored.credential.kind === "api_key"
        ? "the API key of this context"
        : "the session of this context"
      : null;
  if (kind === null) return [fail("credential", `None for ${url}.`, "Run: muster login")];
  try {
    const { actor } = await (await cli.client()).call("GET /v1/me");
    const who = actor.kind === "user" ? actor.user.email : `API key ${actor.apiKey.name}`;
    const hidden =
      key && stored?.credential
        ? [
            warn(
              "sign-in",
              "MUSTER_API_KEY goes before the sign-in of this context.",
              "Unset it to use the sign-in.",
            ),
          ]
        : [];
    return [ok("credential", `${who}, by ${kind}.`), ...hidden, await checkOrganization(cli)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [
      fail("credential", error.message, key ? "Make a new key: muster keys create" : "Run: muster login"),
    ];
  }
}

async function checkOrganization(cli: Cli): Promise<Check> {
  try {
    const found = await cli.scope.organization();
    if (found.deletedAt !== null) {
      return warn("organization", `${found.name} is deleted.`, `Run: muster orgs restore ${found.slug}`);
    }
    if (found.blocked === "two_factor_required") {
      return fail(
        "organization",
        `${found.name} asks for a second factor.`,
        "Run: muster account two-factor enable",
      );
    }
    if (found.blocked === "sso_required") {
      return fail(
        "organization",
        `${found.name} asks for single sign-on.`,
        "Sign in by it in the browser, then: muster login",
      );
    }
    return ok("organization", `${found.name} (${found.slug}), as ${found.roleName}.`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return warn("organization", error.message, "Run: muster use --org <org>");
  }
}
