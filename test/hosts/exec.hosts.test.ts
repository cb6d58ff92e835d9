/** Commands on a real agent's host through the real runtime, driven from a terminal as a person drives it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { openTerminal, type Terminal } from "../e2e/terminal.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type DrivenTerminal, driveTerminal } from "../harness/driven-terminal.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";

const launcher = fileURLToPath(new URL("../../bin/muster.mjs", import.meta.url));
const folder = temporaryFolder();
const password = "correct horse battery";

let runtime: RunningRuntime;
let terminal: Terminal;
let agent: AgentProcess;
const driven: DrivenTerminal[] = [];

const env = (more: Record<string, string> = {}) => ({
  PATH: process.env.PATH ?? "",
  HOME: terminal.home,
  XDG_CONFIG_HOME: terminal.home,
  NO_COLOR: "1",
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
  ...more,
});

/** `muster exec …` on a terminal of 100 × 30. */
function drive(argv: string[], more: Record<string, string> = {}): DrivenTerminal {
  const made = driveTerminal([process.execPath, launcher, "exec", ...argv], {
    env: env(more),
    cwd: terminal.home,
  });
  driven.push(made);
  return made;
}

const exec = (argv: string[], stdin?: string) =>
  terminal.muster(["exec", ...argv], stdin === undefined ? {} : { stdin });

const sessions = async () => (await terminal.json(["exec-sessions", "list"])).items;

beforeAll(async () => {
  terminal = await openTerminal();
  runtime = await startRuntime();
  const email = "ada@example.com";
  const { accessToken, created } = await signUpByMail(runtime, { email, password, organizationName: "Acme" });
  await terminal.muster(["login", "--url", runtime.url, "--email", email, "--password-stdin"], {
    stdin: `${password}\n`,
  });
  const answer = await fetch(`${runtime.url}/v1/fleets/${created.fleet}/enrollment-tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
    body: JSON.stringify({ maxUses: 2 }),
  });
  const { secret } = (await answer.json()) as { secret: string };
  const config = join(folder, "agent.yaml");
  writeFileSync(config, "exec:\n  allow: true\n  shell: [/bin/sh]\n");
  agent = startAgentProcess({
    url: runtime.url,
    token: secret,
    name: "web-1",
    config,
    env: { MUSTER_TOKEN: secret, PLANTED: "never" },
  });
  await until("the agent is there", async () => {
    const { items } = await terminal.json(["agents", "list", "--status", "online"]);
    return items.length === 1;
  });
});

afterEach(async () => {
  await Promise.all(driven.splice(0).map((one) => one.close()));
});

afterAll(async () => {
  await agent?.stop();
  await terminal?.close();
  await runtime?.stop();
});

test("tells standard output, standard error and the exit code apart", async () => {
  expect(await exec(["web-1", "--", "sh", "-c", "echo out; echo err >&2; exit 7"])).toEqual({
    code: 7,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("gives the command standard input with -i, and none of the agent's own environment", async () => {
  const sorted = await exec(["-i", "web-1", "--", "sort"], "pear\napple\n");
  expect(sorted).toEqual({ code: 0, stdout: "apple\npear\n", stderr: "" });
  const { stdout } = await exec(["web-1", "--", "env"]);
  const names = stdout.split("\n").map((line) => line.split("=")[0]);
  expect(names).toContain("HOME");
  expect(names.filter((name) => /MUSTER|PLANTED/.test(name ?? ""))).toEqual([]);
});

test("says why a command cannot be started, and ends with 125", async () => {
  const missing = await exec(["web-1", "--", "no-such-program"]);
  expect([missing.code, missing.stderr]).toEqual([125, expect.stringContaining("no-such-program")]);
  const nobody = await exec(["web-9", "--", "true"]);
  expect([nobody.code, nobody.stderr]).toEqual([125, expect.stringContaining('No agent "web-9"')]);
});

test("ends what takes too long, with all that it started, and answers 124", async () => {
  const pid = join(folder, "child.pid");
  const ran = await exec([
    "--timeout",
    "1s",
    "web-1",
    "--",
    "sh",
    "-c",
    `sleep 1000 & echo $! > ${pid}; echo started; wait`,
  ]);
  expect(ran).toMatchObject({ code: 124, stdout: "started\n" });
  await until("the child is gone", () => !existsSync(`/proc/${readFileSync(pid, "utf8").trim()}`));
});

/** What `seq 1 …` writes, with `end` after each number, and no more of it than these bytes. */
function hashOfNumbers(bytes: number, end: string): string {
  const wanted = createHash("sha256");
  let left = bytes;
  for (let number = 1; left > 0; number++) {
    const line = `${number}${end}`.slice(0, left);
    wanted.update(line);
    left -= line.length;
  }
  return wanted.digest("hex");
}
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const plenty = 50 * 1024 * 1024;

test("brings 50 MB whole, and in order", async () => {
  const ran = await exec(["web-1", "--", "sh", "-c", `seq 1 100000000 | head -c ${plenty}`]);
  expect([ran.code, ran.stdout.length]).toEqual([0, plenty]);
  expect(hashOf(ran.stdout)).toBe(hashOfNumbers(plenty, "\n"));
});

test("brings 50 MB through a terminal, whole and in order", async () => {
  // Without line feeds: the terminal here makes them new lines, whatever the far one does.
  const numbers = `seq 1 100000000 | tr '\\n' ' ' | head -c ${plenty}`;
  const far = drive(["-it", "web-1", "--", "sh", "-c", `stty raw -echo; ${numbers}`]);
  expect(await far.ended).toEqual({ code: 0, signal: null });
  expect(far.written()).toHaveLength(plenty);
  expect(hashOf(far.written())).toBe(hashOfNumbers(plenty, " "));
});

test("opens a shell: keys, Ctrl-C, the window's size, and its exit code", async () => {
  const shell = drive(["web-1"]);
  await shell.see(/[$#] $/);
  shell.type("tty; stty size\r");
  await shell.see("/dev/pts/");
  await shell.see("30 100");
  shell.resize(121, 41);
  await until("the far side has the new size", async () => {
    shell.type("stty size\r");
    await shell.see(/\d+ \d+\r\n/);
    return shell.written().includes("41 121");
  });
  shell.type("sleep 1000\r");
  await shell.see("sleep 1000\r\n");
  shell.type("\x03");
  await shell.see(/[$#] $/);
  shell.type("echo still-$((40 + 2))\r");
  await shell.see("still-42");
  shell.type("exit 3\r");
  expect(await shell.ended).toEqual({ code: 3, signal: null });
});

test("runs top", async () => {
  const top = drive(["-it", "web-1", "--", "top", "-d", "0.5"]);
  await top.see("load average");
  await top.see(/PID.*USER/);
  top.resize(132, 43);
  await top.see("load average");
  top.type("q");
  expect(await top.ended).toEqual({ code: 0, signal: null });
});

test("edits a file with vim, in a window that grows", async () => {
  const file = join(folder, "note.txt");
  const vim = drive(["-it", "web-1", "--", "vim", "-u", "NONE", "-N", file]);
  await vim.see("note.txt");
  vim.type("ihello from afar");
  await vim.see("afar");
  vim.resize(90, 50);
  await vim.see("\x1b[49;1H");
  vim.type("\x1b:put =&lines . 'x' . &columns\r");
  await vim.see("50x90");
  vim.type(":wq\r");
  expect(await vim.ended).toEqual({ code: 0, signal: null });
  expect(readFileSync(file, "utf8")).toBe("hello from afar\n50x90\n");
});

test("passes Ctrl-C on without a terminal too, and tells of the signal", async () => {
  const child = terminal.start(["exec", "web-1", "--", "sh", "-c", "echo ready; exec sleep 1000"]);
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  child.kill("SIGINT");
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code).toBe(130);
});

/** Passes connections on to the runtime, and can cut them all. */
async function startCuttableProxy(port: number): Promise<{ url: string; cut(): number; close(): void }> {
  const pairs = new Set<[Socket, Socket]>();
  const server: Server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.once("close", () => {
        pairs.delete(pair);
        for (const one of pair) one.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut() {
      const count = pairs.size;
      for (const pair of [...pairs]) for (const socket of pair) socket.resetAndDestroy();
      return count;
    },
    close: () => server.close(),
  };
}

test("goes on where it was when the connection breaks, without losing or repeating a byte", async () => {
  const proxy = await startCuttableProxy(Number(new URL(runtime.url).port));
  try {
    const { apiKey } = await ownKey();
    const shell = drive(["web-1"], { MUSTER_URL: proxy.url, MUSTER_API_KEY: apiKey });
    await shell.see(/[$#] $/);
    shell.type("for i in $(seq 1 60); do echo line-$i; sleep 0.05; done; echo all-$((60 + 0))\r");
    await shell.see("line-10\r\n");
    expect(proxy.cut()).toBeGreaterThan(0);
    await shell.see("The connection was lost");
    await shell.see("The connection is back");
    await shell.see("all-60");
    // Muster's own words may stand in the middle of a line.
    const program = shell.written().replaceAll(/\r\nThe connection [^\r]*\r\n/g, "");
    const lines = [...program.matchAll(/line-(\d+)\r\n/g)].map(([, number]) => Number(number));
    expect(lines).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
    shell.type("exit\r");
    expect(await shell.ended).toEqual({ code: 0, signal: null });
  } finally {
    proxy.close();
  }
});

/** A key of one's own, since a context belongs to one address. */
async function ownKey(): Promise<{ apiKey: string }> {
  const made = await terminal.json(["keys", "create", "proxy", "--role", "admin"]);
  return { apiKey: made.secret };
}

test("leaves by ~. and puts the terminal back; what ran is ended", async () => {
  const pid = join(folder, "left.pid");
  const shell = drive([
    "-it",
    "web-1",
    "--",
    "sh",
    "-c",
    `echo $$ > ${pid}; printf '\\033[?1049h'; echo up; exec sleep 1000`,
  ]);
  await shell.see("up");
  shell.type("\r~.");
  expect(await shell.ended).toMatchObject({ code: 255 });
  expect(shell.written()).toContain("\x1b[?1049l");
  await until("the program is gone", () => !existsSync(`/proc/${readFileSync(pid, "utf8").trim()}`));
});

test("keeps a recording, which can be played again", async () => {
  const ran = await exec(["--record", "web-1", "--", "echo", "for the record"]);
  expect(ran.code).toBe(0);
  const id = await until("the session has ended", async () => {
    const [newest] = await sessions();
    return newest.recording === null ? null : (newest.id as string);
  });
  const played = await terminal.muster(["exec-sessions", "replay", id, "--speed", "0"]);
  expect(played).toEqual({ code: 0, stdout: "for the record\n", stderr: "" });
});

test("lists who ran what, and how it ended", async () => {
  const items = await sessions();
  const shown = items.map(({ command, end }: { command: string[]; end: { exitCode: number } }) => [
    command[0] ?? "(shell)",
    end?.exitCode,
  ]);
  expect(shown).toContainEqual(["vim", 0]);
  expect(shown).toContainEqual(["(shell)", 3]);
});

test("lets nobody in where the host's operator did not allow it", async () => {
  await agent.stop();
  writeFileSync(join(folder, "agent.yaml"), 'exec:\n  allow: true\n  commands: ["uptime", "echo **"]\n');
  agent = startAgentProcess({
    url: runtime.url,
    token: "",
    name: "web-1",
    config: join(folder, "agent.yaml"),
    args: ["--state-dir", agent.stateDir],
  });
  await until("the agent is back", async () => (await exec(["web-1", "--", "echo", "a", "b"])).code === 0);
  const refused = await exec(["web-1", "--", "cat", "/etc/passwd"]);
  expect([refused.code, refused.stdout]).toEqual([125, ""]);
  expect(refused.stderr).toContain("exec.commands");
});
