/** The install script of a real control plane, as a newcomer runs it: no root, an empty home folder, one line. */
import { execFile } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LocalStatus } from "../../agent/local-status.ts";
import type { Agent } from "../../protocol/api/agents.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { listeningAt } from "./listening.ts";
import type { Ran } from "./own-root.ts";

const isRoot = process.getuid?.() === 0;
/** A user without rights, where the suite itself has them. */
const nobody = 65_534;

let runtime: RunningRuntime;
let accessToken = "";
let fleet = "";
const homes: string[] = [];

function freshHome(): string {
  const home = mkdtempSync(join(tmpdir(), "muster-home-"));
  if (isRoot) chownSync(home, nobody, nobody);
  chmodSync(home, 0o755);
  homes.push(home);
  return home;
}

/** Runs a program as a newcomer with this home folder; `input` is what it reads. */
function asNewcomer(
  home: string,
  command: string[],
  input = "",
  path = process.env.PATH ?? "",
): Promise<Ran> {
  const drop = isRoot ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"] : ["env"];
  const [program = "", ...args] = [...drop, ...command];
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { cwd: home, env: { HOME: home, PATH: path, TMPDIR: home }, timeout: 120_000 },
      (_error, stdout, stderr) => resolve({ status: child.exitCode, output: `${stdout}${stderr}` }),
    );
    child.stdin?.on("error", () => {}).end(input);
  });
}

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${runtime.url}${path}`, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${accessToken}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

const agents = async () => (await api<{ items: Agent[] }>("GET", `/v1/fleets/${fleet}/agents`)).items;
const script = async () => (await fetch(`${runtime.url}/install.sh`)).text();

beforeAll(async () => {
  runtime = await startRuntime();
  const signUp = await signUpByMail(runtime, {
    email: "ops@example.com",
    password: "a long enough password",
    organizationName: "Example",
  });
  accessToken = signUp.accessToken;
  fleet = signUp.created.fleet;
});

afterAll(async () => {
  for (const home of homes) {
    const service = join(home, ".local/lib/muster-agent/service");
    if (existsSync(service)) await asNewcomer(home, ["sh", service, "stop"]);
    rmSync(home, { recursive: true, force: true });
  }
  await runtime?.stop();
});

describe("a newcomer without root", () => {
  const home = freshHome();
  const program = join(home, ".local/bin/muster-agent");
  const muster = (...args: string[]) => asNewcomer(home, [program, ...args]);
  const status = async (): Promise<LocalStatus | null> =>
    JSON.parse((await muster("status", "--json")).output || '{"agent": null}').agent;

  test("runs the line that the control plane shows, and is online", async () => {
    const token = await api<{ command: string }>("POST", `/v1/fleets/${fleet}/enrollment-tokens`, {
      name: "first host",
      maxUses: 1,
    });
    expect(token.command).toMatch(
      /^curl -fsSL http:\/\/127\.0\.0\.1:\d+\/install\.sh \| sh -s -- --token \S+$/,
    );
    const ran = await asNewcomer(home, [
      "sh",
      "-c",
      `${token.command} --name newcomer --label role=web --service script`,
    ]);
    expect(ran.output).toContain("Its checksum is right.");
    expect(ran.output).toContain('runs as "newcomer" and is connected to');
    expect(ran.status).toBe(0);
    // It was needed once.
    expect(existsSync(join(home, ".config/muster-agent/agent.env"))).toBe(false);
    const [found] = await agents();
    expect(found).toMatchObject({ name: "newcomer", status: "online", labels: { role: "web" } });
    // Nothing of the download stays.
    expect(readdirSync(home).sort()).toEqual([".config", ".local"]);
  });

  test("is told how it is, and that nothing is wrong", async () => {
    const told = await muster("status");
    expect(told.output).toContain(`open to ${runtime.url.replace("http", "ws")}/v1/opamp`);
    expect(told.status).toBe(0);
    const doctor = await muster("doctor", "--json");
    expect(JSON.parse(doctor.output)).toMatchObject({ problems: 0 });
  });

  test("has an agent that accepts no connection", async () => {
    expect(listeningAt((await status())?.pid ?? 0)).toEqual([]);
  });

  test("has an agent that comes back after it was killed", async () => {
    const before = await status();
    process.kill(before?.pid ?? 0, "SIGKILL");
    const after = await until("another process that is connected", async () => {
      const now = await status();
      return now && now.pid !== before?.pid && now.connection.open ? now : null;
    });
    expect(after.instanceUid).toBe(before?.instanceUid);
  });

  test("may run it again: the same agent, without a token and without a download", async () => {
    const before = await status();
    const ran = await asNewcomer(
      home,
      ["sh", "-s", "--", "--label", "zone=b", "--service", "script"],
      await script(),
    );
    expect(ran.output).toContain("is here already");
    expect(ran.output).toContain("is connected to");
    expect(ran.status).toBe(0);
    expect(await status()).toMatchObject({
      instanceUid: before?.instanceUid,
      name: "newcomer",
      labels: { role: "web", zone: "b" },
    });
    expect(await agents()).toHaveLength(1);
  });

  test("is told what is wrong when the agent does not run", async () => {
    const service = join(home, ".local/lib/muster-agent/service");
    expect((await asNewcomer(home, [service, "stop"])).output).toContain("stopped");
    expect((await muster("status")).status).toBe(3);
    const doctor = await muster("doctor");
    expect(doctor.output).toContain("it does not run");
    expect(doctor.status).toBe(1);
    expect((await asNewcomer(home, [service, "status"])).status).toBe(3);
    expect((await asNewcomer(home, [service, "start"])).status).toBe(0);
    await until("the agent's return", async () => (await status())?.connection.open ?? false);
  });

  test("removes it and installs it again: the same agent, without a token", async () => {
    const before = await status();
    const removed = await asNewcomer(home, ["sh", "-s", "--", "--uninstall"], await script());
    expect(removed.output).toContain("--purge removes them too");
    expect(removed.status).toBe(0);
    expect(existsSync(program)).toBe(false);
    const ran = await asNewcomer(home, ["sh", "-s", "--", "--service", "script"], await script());
    expect(ran.output).toContain('runs as "newcomer" and is connected to');
    expect((await status())?.instanceUid).toBe(before?.instanceUid);
    expect(await agents()).toHaveLength(1);
  });

  test("removes it without a trace", async () => {
    const pid = (await status())?.pid ?? 0;
    const ran = await asNewcomer(home, ["sh", "-s", "--", "--uninstall", "--purge"], await script());
    expect(ran.output).toContain("Nothing of the agent is left here");
    expect(ran.status).toBe(0);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    const left = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(left.map(({ name }) => name)).toEqual([]);
  });
});

describe("the script changes nothing", () => {
  test("when the file has another checksum", async () => {
    const home = freshHome();
    const wrong = (await script()).replaceAll(/sum=[0-9a-f]{64}/g, `sum=${"0".repeat(64)}`);
    const ran = await asNewcomer(home, ["sh", "-s", "--", "--token", "abc"], wrong);
    expect(ran.output).toContain("another checksum");
    expect(ran.output).toContain("nothing was changed");
    expect(ran.status).toBe(1);
    expect(readdirSync(home)).toEqual([]);
  });

  test("when the download fails", async () => {
    const home = freshHome();
    const gone = (await script()).replace(/^version='.*'$/m, "version='0.0.0'");
    const ran = await asNewcomer(home, ["sh", "-s", "--", "--token", "abc"], gone);
    expect(ran.output).toContain("the download failed; nothing was changed");
    expect(ran.status).toBe(1);
    expect(readdirSync(home)).toEqual([]);
  });

  test("when it is cut off, wherever that is", async () => {
    const home = freshHome();
    const tools = mkdtempSync(join(tmpdir(), "muster-tools-"));
    homes.push(tools);
    chmodSync(tools, 0o755);
    // Whatever the script would do first leaves a mark.
    for (const name of ["curl", "wget", "mktemp", "uname", "id"]) {
      writeFileSync(join(tools, name), `#!/bin/sh\n: >"${home}/${name}-was-called"\nexit 1\n`, {
        mode: 0o755,
      });
    }
    const text = await script();
    const lineEnds = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    const lastBytes = Array.from({ length: 40 }, (_, back) => text.length - 2 - back);
    const cuts = [...new Set([...lineEnds.filter((_, at) => at % 4 === 0), ...lastBytes])].filter(
      (cut) => cut < text.length - 1,
    );
    for (const cut of cuts) {
      await asNewcomer(
        home,
        ["sh", "-s", "--", "--token", "abc"],
        text.slice(0, cut),
        `${tools}:${process.env.PATH}`,
      );
      expect(readdirSync(home), `cut after ${cut} of ${text.length} bytes`).toEqual([]);
    }
    // The whole of it does run, or the test would prove nothing.
    await asNewcomer(home, ["sh", "-s", "--", "--token", "abc"], text, `${tools}:${process.env.PATH}`);
    expect(readdirSync(home)).not.toEqual([]);
  });
});
