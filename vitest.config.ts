import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { readMigrations } from "./db/read-migrations.ts";
import { generateSigningKeys } from "./scripts/runtime/keys.ts";
import { contractModule } from "./test/harness/contract/plugin.ts";

/** One file on each core. By itself vitest leaves a core free, which on two of them is half. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

const ignored = ["node_modules/**", "dist/**", ".muster/**"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          maxWorkers,
          testTimeout: 60_000,
          include: ["**/*.test.ts"],
          exclude: [...ignored, "**/*.worker.test.ts", "**/*.e2e.test.ts", "**/*.hosts.test.ts"],
        },
      },
      {
        plugins: [
          contractModule(),
          cloudflareTest({
            main: "./test/harness/worker/entry.ts",
            miniflare: {
              compatibilityDate: "2026-10-01",
              compatibilityFlags: ["nodejs_compat"],
              durableObjects: {
                FLEET: { className: "Fleet", useSQLite: true },
                LIMITS: { className: "Limits", useSQLite: true },
                AGENT_LOGS: { className: "AgentLogs", useSQLite: true },
                STREAM: { className: "Stream", useSQLite: true },
              },
              d1Databases: ["DB"],
              r2Buckets: ["DOWNLOADS"],
              bindings: {
                ...generateSigningKeys(),
                DEFAULT_PLAN: "enterprise",
                TEST_MIGRATIONS: readMigrations("migrations"),
                // Set by who records the examples of the OpenAPI document anew.
                RECORD_EXAMPLES: process.env.RECORD_EXAMPLES ?? "",
              },
              queueProducers: { OUTBOX: "muster-fleet-outbox", CONFIRMATIONS: "muster-confirmations" },
              queueConsumers: {
                "muster-fleet-outbox": { maxBatchTimeout: 0.05 },
                "muster-confirmations": { maxBatchTimeout: 0.05 },
              },
            },
          }),
        ],
        test: {
          name: "workers",
          maxWorkers,
          include: ["**/*.worker.test.ts"],
          // With it every file but the first gets all modules in one message, which is larger than workerd takes.
          fsModuleCache: false,
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "e2e",
          maxWorkers,
          // After the others: its waits for real processes suffer least from each other.
          sequence: { groupOrder: 1 },
          include: ["test/**/*.e2e.test.ts"],
          exclude: ignored,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "hosts",
          include: ["test/**/*.hosts.test.ts"],
          // What users run, unless who starts the suite wants to see the source.
          env: { MUSTER_TEST_AGENT: process.env.MUSTER_TEST_AGENT ?? "compiled" },
          exclude: ignored,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
