import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from "miniflare";
import { expect, it } from "vitest";
import { withDurableQueue } from "../../scripts/runtime/durable-queue.ts";
import { makeStateDir } from "../harness/runtime.ts";

const producer: V4WorkerOptions = {
  name: "producer",
  compatibilityDate: "2026-10-01",
  modules: true,
  queueProducers: { OUTBOX: { queueName: "outbox" } },
  script: `export default { async fetch(request, env) {
    await env.OUTBOX.sendBatch(await request.json());
    return new Response("queued");
  } }`,
};

/** Reports each delivery to \`report\`; refuses to take the bodies in \`refused\`. */
function consumer(report: string[], refused: string[]): V4WorkerOptions {
  return {
    name: "consumer",
    compatibilityDate: "2026-10-01",
    modules: true,
    queueConsumers: { outbox: { maxBatchSize: 10, maxBatchTimeout: 0, maxRetries: 100 } },
    serviceBindings: {
      // biome-ignore lint/correctness/noComponentHookFactories: a binding's name, no component
      REPORT: async (request) => {
        report.push(await request.text());
        return new Response("noted");
      },
    },
    bindings: { REFUSED: refused },
    script: `const consumer = { async queue(batch, env) {
      for (const message of batch.messages) {
        await env.REPORT.fetch("http://report", { method: "POST", body: message.body });
        if (env.REFUSED.includes(message.body)) message.retry(); else message.ack();
      }
    } };
    export { consumer as default, consumer as Direct };`,
  };
}

async function open(stateDir: string, report: string[], refused: string[]): Promise<Miniflare> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      resourcePersistencePath: stateDir,
      workers: await withDurableQueue(consumer(report, refused), producer),
    }),
  );
  await miniflare.ready;
  return miniflare;
}

it("delivers again what was refused, also after a restart, and nothing that was taken", async () => {
  const stateDir = makeStateDir();
  const before: string[] = [];
  const first = await open(stateDir, before, ["b"]);
  const worker = await first.getWorker("producer");
  await worker.fetch("http://producer", {
    method: "POST",
    body: JSON.stringify([{ body: "a" }, { body: "b" }]),
  });
  await expect.poll(() => before, { timeout: 20_000 }).toEqual(expect.arrayContaining(["a", "b"]));
  await expect
    .poll(() => before.filter((body) => body === "b").length, { timeout: 20_000 })
    .toBeGreaterThan(1);
  await first.dispose();
  expect(before.filter((body) => body === "a")).toHaveLength(1);

  const after: string[] = [];
  const second = await open(stateDir, after, []);
  try {
    await expect.poll(() => after, { timeout: 20_000 }).toEqual(["b"]);
  } finally {
    await second.dispose();
  }
});
