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

/** Puts the on-disk queue between the two Workers, with the settings that `wrangler.toml` gives the consumer. */
export async function withDurableQueue(
  consumer: V4WorkerOptions,
  producer: V4WorkerOptions,
): Promise<V4WorkerOptions[]> {
  const [[queue, settings] = []] = Object.entries(
    (consumer.queueConsumers ?? {}) as Record<string, Consumed>,
  );
  const producers = Object.entries((producer.queueProducers ?? {}) as Record<string, { queueName: string }>);
  const [binding] = producers.find(([, { queueName }]) => queueName === queue) ?? [];
  if (!queue || !binding) throw new Error("wrangler.toml: the queue has no producer or no consumer");
  return [
    { ...consumer, queueConsumers: {} },
    {
      ...producer,
      queueProducers: {},
      serviceBindings: {
        ...producer.serviceBindings,
        [binding]: { name: workerName, entrypoint: "Producer" },
      },
    },
    {
      name: workerName,
      ...(consumer.compatibilityDate ? { compatibilityDate: consumer.compatibilityDate } : {}),
      compatibilityFlags: ["service_binding_extra_handlers"],
      modules: true,
      script: await bundleWorker(join(root, "scripts/runtime/queue/worker.ts")),
      scriptPath: `${workerName}.js`,
      durableObjects: { QUEUE: { className: "LocalQueue", useSQLite: true } },
      serviceBindings: { CONSUMER: { name: consumer.name ?? "muster", entrypoint: "Direct" } },
      bindings: {
        SETTINGS: {
          queue,
          maxBatchSize: settings?.maxBatchSize ?? 10,
          maxBatchTimeoutMs: (settings?.maxBatchTimeout ?? 5) * 1000,
          maxRetries: settings?.maxRetries ?? 3,
        },
      },
    },
  ];
}
