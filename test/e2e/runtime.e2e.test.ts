import { createServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { groupMembers } from "../../scripts/runtime/processes.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../harness/runtime.ts";

const account = { email: "ada@example.com", password: "correct horse battery staple" };
let runtimes: RunningRuntime[] = [];

async function start(options: Parameters<typeof startRuntime>[0]): Promise<RunningRuntime> {
  const runtime = await startRuntime(options);
  runtimes.push(runtime);
  return runtime;
}

function post(runtime: RunningRuntime, path: string, body: unknown): Promise<Response> {
  return fetch(new URL(path, runtime.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

afterEach(async () => {
  await Promise.all(runtimes.map((runtime) => runtime.kill()));
  runtimes = [];
});

it("keeps what it answered for, through a kill of all its processes", async () => {
  const stateDir = makeStateDir();
  const first = await start({ stateDir });
  await signUpByMail(first, { ...account, organizationName: "Acme" });
  await first.kill();
  expect(groupMembers(first.pid)).toEqual([]);

  const second = await start({ stateDir });
  expect((await post(second, "/v1/auth/sign-in", account)).status).toBe(200);
  await second.stop();
  expect(groupMembers(second.pid)).toEqual([]);
});

it("lets only one runtime use a state directory", async () => {
  const stateDir = makeStateDir();
  const first = await start({ stateDir });
  await expect(startRuntime({ stateDir })).rejects.toThrow(`is in use by process ${first.pid}`);
  expect((await fetch(new URL("/v1/health", first.url))).status).toBe(200);
});

it("takes another port when the wanted one is busy", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  try {
    const runtime = await start({ port });
    expect(runtime.port).not.toBe(port);
    expect((await fetch(new URL("/v1/health", runtime.url))).status).toBe(200);
  } finally {
    server.close();
  }
});

it("keeps the dashboard's parts for good, and says that a part that a deploy took away is not there", async () => {
  const runtime = await start({});
  const get = (path: string) => fetch(new URL(path, runtime.url));
  const page = await (await get("/orgs")).text();
  const name = page.match(/\/assets\/[\w.-]+\.js/)?.[0] ?? "";
  const part = await get(name);
  expect([part.status, part.headers.get("cache-control")]).toEqual([
    200,
    expect.stringContaining("immutable"),
  ]);
  await part.text();
  const gone = await get("/assets/index-of-yesterday.js");
  expect([gone.status, gone.headers.get("cache-control")]).toEqual([404, "no-store"]);
  await gone.text();
});
