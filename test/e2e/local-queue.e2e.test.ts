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

it("keeps one queue from waiting for another, and a batch from waiting for one that takes its time", async () => {
  const delivered: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      resourcePersistencePath: makeStateDir(),
      workers: await withDurableQueue(
        {
          name: "consumer",
          compatibilityDate: "2026-10-01",
          modules: true,
          queueConsumers: {
            slow: { maxBatchSize: 1, maxBatchTimeout: 0 },
            quick: { maxBatchSize: 1, maxBatchTimeout: 0 },
          },
          serviceBindings: {
            // biome-ignore lint/correctness/noComponentHookFactories: a binding's name, no component
            REPORT: async (request) => {
              const body = await request.text();
              if (body === "slow: hangs") await held;
              delivered.push(body);
              return new Response("noted");
            },
          },
          script: `const consumer = { async queue(batch, env) {
            for (const { body } of batch.messages) {
              await env.REPORT.fetch("http://report", { method: "POST", body: batch.queue + ": " + body });
            }
          } };
          export { consumer as default, consumer as Direct };`,
        },
        {
          ...producer,
          queueProducers: { SLOW: { queueName: "slow" }, QUICK: { queueName: "quick" } },
          script: `export default { async fetch(request, env) {
            await env.SLOW.send("hangs");
            await env.SLOW.send("after it");
            await env.QUICK.send("elsewhere");
            return new Response("queued");
          } }`,
        },
      ),
    }),
  );
  try {
    await miniflare.ready;
    await (await miniflare.getWorker("producer")).fetch("http://producer");
    await expect
      .poll(() => delivered.toSorted(), { timeout: 20_000 })
      .toEqual(["quick: elsewhere", "slow: after it"]);
    release();
    await expect.poll(() => delivered.at(-1), { timeout: 20_000 }).toBe("slow: hangs");
  } finally {
    release();
    await miniflare.dispose();
  }
});
