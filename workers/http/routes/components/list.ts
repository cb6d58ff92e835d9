import { collectorComponent, collectorComponentsQuery } from "../../../../protocol/api/collector.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { listCollectorComponents } from "../../../services/components/list.ts";
import { route } from "../../route.ts";

export const listCollectorComponentsRoute = route({
  method: "get",
  path: "/v1/collector-components",
  operationId: "listCollectorComponents",
  tag: "Configs",
  summary: "Components of the OpenTelemetry Collector with the schema of their settings",
  description: "For forms and checks. With `fleet`, each says how many of that fleet's agents have it.",
  access: "person",
  query: collectorComponentsQuery,
  answer: page(collectorComponent),
  refusals: ["not_found", "unavailable"],
  handle: ({ ctx, query: { role, type, fleet } }) =>
    listCollectorComponents({
      ctx,
      input: { ...(role && { role }), ...(type && { type }), ...(fleet && { fleet }) },
    }),
});
