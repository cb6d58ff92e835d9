import { join } from "node:path";
import type { V4WorkerOptions } from "miniflare";
import { bundleWorker } from "./bundle.ts";
import { root } from "./paths.ts";

const workerName = "muster-local-queue";

interface Consumed {
  maxBatchSize?: number;
  maxBatchTimeout?: number;
  maxRetries?: number;
}

/** Puts on-disk queues between the two Workers, with the settings that `wrangler.toml` gives each consumer. */
export async function withDurableQueue(
  consumer: V4WorkerOptions,
  producer: V4WorkerOptions,
): Promise<V4WorkerOptions[]> {
  const producers = Object.entries((producer.queueProducers ?? {}) as Record<string, { queueName: string }>);
  const consumed = Object.entries((consumer.queueConsumers ?? {}) as Record<string, Consumed>);
  const script = await bundleWorker(join(root, "scripts/runtime/queue/worker.ts"));
  const queues = consumed.map(([queue, settings], i) => {
    const [binding] = producers.find(([, { queueName }]) => queueName === queue) ?? [];
    if (!binding) throw new Error(`wrangler.toml: the queue ${queue} has no producer`);
    // The first one keeps the name that the state of earlier versions is stored under.
    const name = i === 0 ? workerName : `${workerName}-${queue}`;
    return { binding, name, queue, settings };
  });
  if (queues.length === 0 || queues.length < producers.length) {
    throw new Error("wrangler.toml: a queue has no consumer");
  }
  const bindings = queues.map(({ binding, name }) => [binding, { name, entrypoint: "Producer" }] as const);
  return [
    { ...consumer, queueConsumers: {} },
    {
      ...producer,
      queueProducers: {},
      serviceBindings: { ...producer.serviceBindings, ...Object.fromEntries(bindings) },
    },
    ...queues.map(({ name, queue, settings }) => ({
      name,
      ...(consumer.compatibilityDate ? { compatibilityDate: consumer.compatibilityDate } : {}),
      compatibilityFlags: ["service_binding_extra_handlers"],
      modules: true,
      script,
      scriptPath: `${name}.js`,
      durableObjects: { QUEUE: { className: "LocalQueue", useSQLite: true } },
      serviceBindings: { CONSUMER: { name: consumer.name ?? "muster", entrypoint: "Direct" } },
      bindings: {
        SETTINGS: {
          queue,
          maxBatchSize: settings.maxBatchSize ?? 10,
          maxBatchTimeoutMs: (settings.maxBatchTimeout ?? 5) * 1000,
          maxRetries: settings.maxRetries ?? 3,
        },
      },
    })),
  ];
}
