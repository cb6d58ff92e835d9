import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../test/harness/until.ts";
import { freePort } from "../../testing/greeter-agent.ts";
import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { type PortHolder, portHolder } from "./client.ts";
import { type Holder, holdPorts } from "./holder.ts";

let folder: string;
let holder: Holder;
let ports: PortHolder;
const servers: Server[] = [];

beforeEach(async () => {
  folder = temporaryFolder();
  holder = await holdPorts(folder);
  ports = portHolder(folder, ["false"]);
});
afterEach(() => {
  holder.end();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Answers its name, the path `/slow` only when `release` is called. */
async function backend(name: string): Promise<{ port: number; release: () => void }> {
  const held: (() => void)[] = [];
  const server = createServer((asked, answer) => {
    const end = () => answer.end(name);
    if (asked.url === "/slow") held.push(end);
    else end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    release: () => {
      for (const end of held) end();
    },
  };
}

function ask(port: number, path = "/"): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => resolve(text));
      answer.on("error", reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}

test("new connections go to the new, and what is under way ends with the old", async () => {
  const [one, two, port] = [await backend("one"), await backend("two"), await freePort()];
  const to = (backendPort: number) => [{ address: "127.0.0.1", port, to: backendPort }];
  await ports.route(to(one.port));
  const slow = ask(port, "/slow");
  await until("it is under way", async () => (await ports.connectionsTo(one.port)) === 1);
  await ports.route(to(two.port));
  expect(await ask(port)).toBe("two");
  one.release();
  expect(await slow).toBe("one");
  await until("it is over", async () => (await ports.connectionsTo(one.port)) === 0);
  expect(await ports.held()).toEqual(to(two.port));
});

test("who connects while nobody answers waits for who comes", async () => {
  const port = await freePort();
  await ports.route([{ address: "127.0.0.1", port, to: null }]);
  const asked = ask(port);
  const { port: to } = await backend("late");
  await ports.route([{ address: "127.0.0.1", port, to }]);
  expect(await asked).toBe("late");
});

test("a port that is taken is refused in words, and nothing changes", async () => {
  const { port: taken } = await backend("somebody");
  const [free, another] = [await freePort(), await freePort()];
  const held = [{ address: "127.0.0.1", port: free, to: null }];
  await ports.route(held);
  await expect(
    ports.route([
      { address: "127.0.0.1", port: another, to: null },
      { address: "127.0.0.1", port: taken, to: null },
    ]),
  ).rejects.toThrow(`the port 127.0.0.1:${taken} of this host is taken`);
  expect(await ports.held()).toEqual(held);
  const socket = connect(another, "127.0.0.1");
  await expect(once(socket, "connect")).rejects.toThrow("ECONNREFUSED");
});

/** Timers of the kernel on open connections whose near end is that port; 02 = it asks whether the far end is there. */
const timersAt = (port: number): string[] =>
  readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, near, , state]) => state === "01" && Number.parseInt(near?.split(":")[1] ?? "", 16) === port)
    .map(([, , , , , timer]) => timer?.slice(0, 2) ?? "");

test.runIf(process.platform === "linux")("a peer that vanishes without a word is noticed", async () => {
  const [port, { port: to }] = [await freePort(), await backend("one")];
  await ports.route([{ address: "127.0.0.1", port, to }]);
  const socket = connect(port, "127.0.0.1");
  await until("it is handed over", async () => (await ports.connectionsTo(to)) === 1);
  expect(timersAt(port)).toEqual(["02"]);
  socket.destroy();
});

test("one holds for a folder, and ends when there is nothing to hold", async () => {
  await expect(holdPorts(folder)).rejects.toThrow("held already");
  await ports.route([]);
  await holder.ended;
  expect(await ports.held()).toBeNull();
  holder = await holdPorts(folder);
});

test("takes no order that it does not know, and lets go when its folder is gone", async () => {
  const socket = connect(join(folder, "ports.sock"));
  socket.write('{"do":"dance"}\n');
  const [said] = (await once(socket, "data")) as [Buffer];
  expect(JSON.parse(said.toString()).error).toContain("do");
  socket.destroy();
  rmSync(folder, { recursive: true, force: true });
  await holder.ended;
});
