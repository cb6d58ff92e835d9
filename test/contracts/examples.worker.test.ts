/**
 * The examples of the OpenAPI document are answers of this suite, kept in `workers/http/examples.json`. They are
 * recorded anew by RECORD_EXAMPLES=1, and must always fit the document of today.
 */
import { env } from "cloudflare:workers";
import checks, { operations as contract } from "virtual:contract";
import { expect, it } from "vitest";
import examples from "../../workers/http/examples.json";
import { createSteadier } from "../harness/worker/recorded.ts";
import { type Operation, operations } from "../harness/worker/surface.ts";
import { bodies, send } from "../harness/worker/surface-examples.ts";
import { type Things, things } from "../harness/worker/surface-things.ts";
import { call } from "../harness/world.ts";

interface Example {
  body?: unknown;
  status: number;
  answer?: unknown;
}

const recorded = examples as Record<string, Example>;
const recording = (env as unknown as { RECORD_EXAMPLES?: string }).RECORD_EXAMPLES === "1";

/** Of operations that need no credential. */
const withoutCredential: Record<string, (all: Things) => object> = {
  signUp: () => ({ email: "ada@example.com", password: "correct horse battery", organizationName: "Acme" }),
  signIn: ({ world }) => ({ email: world.email, password: world.password }),
  requestPasswordReset: () => ({ email: "ada@example.com" }),
  discoverSso: () => ({ email: "ada@example.com" }),
  startDevice: () => ({ client: "muster" }),
};

/** Reads first, then what makes, then what ends something. */
const order = ({ id, method }: Operation): number =>
  method === "GET" ? 0 : /delete|revoke|remove|leave|signOut|transfer|restore|abort/i.test(id) ? 2 : 1;

it.runIf(recording)("records", { timeout: 300_000 }, async () => {
  const all = await things();
  const steady = createSteadier();
  const found: Record<string, Example> = {};
  // Streams, files, the document itself, and what is long and the same everywhere: what the product ships.
  const asked = operations
    .filter(
      ({ path }) =>
        !/\/(live|export|recording|openapi\.json|api|collector-components|template-catalogue)$/.test(path),
    )
    .toSorted((a, b) => order(a) - order(b));
  for (const operation of asked) {
    const made = withoutCredential[operation.id]?.(all) ?? bodies[operation.id]?.(all.ids);
    if (operation.needsBody && !made) continue;
    const isPublic = operation.access === "public";
    if (isPublic && operation.method !== "GET" && !made) continue;
    const answer = isPublic
      ? await call(operation.method, operation.path, made ? { body: made } : {})
      : await send(operation, all.ids, all.world.token, made);
    if (answer.status >= 300) continue;
    found[operation.id] = steady({
      ...(made && { body: made }),
      status: answer.status,
      ...(answer.body !== null && { answer: answer.body }),
    }) as Example;
  }
  const sorted = Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => a.localeCompare(b)));
  await expect(`${JSON.stringify(sorted, null, 2)}\n`).toMatchFileSnapshot(
    "../../workers/http/examples.json",
  );
});

it.skipIf(recording)("shows only operations that there are", () => {
  const known = new Set(operations.map(({ id }) => id));
  expect(Object.keys(recorded).filter((id) => !known.has(id))).toEqual([]);
});

it.skipIf(recording)("shows most of them", () => {
  const shown = operations.filter(({ id }) => id in recorded);
  expect(shown.length).toBeGreaterThan(operations.length * 0.6);
});

it.skipIf(recording).each(Object.entries(recorded))("%s fits the document", (id, { status, answer }) => {
  const response = contract.find(({ operationId }) => operationId === id)?.responses[String(status)];
  expect(response, `${id} no longer answers ${status}: record the examples again`).toBeDefined();
  const check = checks[response?.content["application/json"] ?? ""];
  if (answer === undefined) return;
  expect(check, `${id} no longer answers JSON`).toBeDefined();
  const fits = check?.(answer);
  expect(fits, `${JSON.stringify(check?.errors)}: record the examples again`).toBe(true);
});
