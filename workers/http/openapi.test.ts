import { describe, expect, it } from "vitest";
import { openApiDocument } from "./openapi.ts";
import { routes } from "./routes/index.ts";

const document = openApiDocument(routes, "1.0.0");
const text = JSON.stringify(document);

const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  (["get", "post", "put", "patch", "delete"] as const).flatMap((method) => {
    const operation = item[method];
    const ofRoute = operation && (operation as Record<string, unknown>)["x-muster-access"] !== "agent";
    return ofRoute ? [{ name: `${method} ${path}`, method, path, operation }] : [];
  }),
);

const isPublic = (operation: object): boolean =>
  (operation as Record<string, unknown>)["x-muster-access"] === "public";

describe("the OpenAPI document", () => {
  it("also tells of the agents' front door, of our own calls, and of every group", () => {
    expect(document.paths?.["/v1/opamp"]).toMatchObject({
      get: { security: [{ agent: [] }] },
      post: { security: [{ agent: [] }] },
    });
    expect(document.webhooks).toHaveProperty(["rollout.confirmation", "post", "requestBody"]);
    const described = new Set((document.tags ?? []).map(({ name }) => name));
    expect(routes.filter(({ tag }) => !described.has(tag)).map(({ tag }) => tag)).toEqual([]);
  });

  it("has every route, each under an operation id of its own", () => {
    expect(operations).toHaveLength(routes.length);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(routes.length);
  });

  it("lets no request hold what it does not name", () => {
    const objects = (schema: unknown): { properties?: unknown; additionalProperties?: unknown }[] =>
      typeof schema === "object" && schema !== null
        ? [...("properties" in schema ? [schema] : []), ...Object.values(schema).flatMap(objects)]
        : [];
    const bodies = operations.flatMap(({ operation }) => objects(operation.requestBody));
    expect(bodies.length).toBeGreaterThan(15);
    expect(bodies.filter((body) => body.additionalProperties !== false)).toEqual([]);
  });

  it("refers only to schemas that are there", () => {
    const names = new Set(Object.keys(document.components?.schemas ?? {}));
    const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? "");
    expect(referred.length).toBeGreaterThan(50);
    expect(referred.filter((name) => !names.has(name))).toEqual([]);
  });

  it.each(operations.map((one) => [one.name, one] as const))(
    "describes %s whole",
    (_, { path, operation }) => {
      const inPath = (operation.parameters ?? [])
        .filter((one) => "in" in one && one.in === "path")
        .map((one) => ("name" in one ? one.name : ""));
      expect(inPath.toSorted()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted());
      expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
      const statuses = Object.keys(operation.responses ?? {});
      expect(statuses.filter((status) => Number(status) < 400).length).toBeGreaterThan(0);
      expect(statuses).toContain("500");
      expect(statuses.includes("401") || isPublic(operation)).toBe(true);
    },
  );

  it("offers Idempotency-Key on every write that a credential makes, but where doing it twice is doing it once, or a person proves something", () => {
    const without = operations
      .filter(({ method, operation }) => method !== "get" && !isPublic(operation))
      .filter(({ operation }) => !JSON.stringify(operation.parameters ?? []).includes("Idempotency-Key"))
      .filter(({ operation }) => !["Account", "Auth", "Devices"].includes(operation.tags?.[0] ?? ""))
      .map(({ operation }) => operation.operationId);
    expect(without.toSorted()).toEqual([
      "compilePipelines",
      "explainAccess",
      "exportOrganization",
      "openExecSession",
      "parsePipelines",
      "renderAgent",
      "renewStreamTicket",
      "startExec",
      "tailLogs",
      "testSsoConnection",
      "validateConfig",
      "verifySsoDomain",
    ]);
  });
});
