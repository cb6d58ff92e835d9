import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below where kernels take ports for outgoing connections, so that a container finds its own again after a restart. */
const range = { from: 20_000, to: 30_000 };
const tries = 200;

/** Ports of loopback that nobody listens on, as many as asked for. `taken`: also not these. */
export async function freePorts(count: number, taken: ReadonlySet<number>): Promise<number[]> {
  const found = new Set<number>();
  for (let i = 0; i < tries && found.size < count; i++) {
    const port = randomInt(range.from, range.to);
    if (!taken.has(port) && !found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count) {
    throw new Error(`no ports of 127.0.0.1 are free between ${range.from} and ${range.to}`);
  }
  return [...found];
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
