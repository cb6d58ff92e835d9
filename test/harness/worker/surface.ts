/** Every route of the OpenAPI document, as the tests of the whole surface see it. */
import { can } from "../../../domain/tenancy/access.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Role } from "../../../domain/tenancy/roles.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import { openApiDocument } from "../../../workers/http/openapi.ts";
import { routes } from "../../../workers/http/routes/index.ts";

export interface Operation {
  id: string;
  method: string;
  path: string;
  access: string;
  needsBody: boolean;
  /** API keys are refused, whatever their role. */
  peopleOnly: boolean;
}

/** Each allows all that the ones before it do. */
export const ladder: readonly Role[] = ["viewer", "operator", "admin", "owner"];

export const document = openApiDocument(routes, "test");
export const operations: Operation[] = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  (["get", "post", "put", "patch", "delete"] as const).flatMap((method) => {
    const operation = item[method] as Record<string, unknown> | undefined;
    // Agents speak another language than JSON: test/conformance asks their front door.
    if (!operation || operation["x-muster-access"] === "agent") return [];
    const body = operation.requestBody as { required?: boolean } | undefined;
    return [
      {
        id: String(operation.operationId),
        method: method.toUpperCase(),
        path,
        access: String(operation["x-muster-access"]),
        needsBody: body?.required === true,
        peopleOnly: operation["x-muster-people-only"] === true,
      },
    ];
  }),
);
export const guarded = operations.filter(({ access }) => access !== "public");
export const ofTenant = guarded.filter(({ path }) => path.includes("{"));
export const ofRole = ofTenant.filter(({ access }) => roleFor(access) !== "viewer");

/** The least role of the ladder that may do what the route asks for; `person` routes ask for none. */
export function roleFor(access: string): Role {
  const least = ladder.find((role) =>
    can([statementsOf(role, undefined, { kind: "organization" }, "the ladder")], access as Permission),
  );
  return least ?? "viewer";
}
