import type { ComponentRole } from "../configs/facts.ts";
import {
  byText,
  componentId,
  type Pipeline,
  type PipelineGraph,
  type PipelineNode,
  sections,
} from "./model.ts";
import type { NamedPipelines } from "./name-pipelines.ts";
import type { CollectorText } from "./parse.ts";
import { isObject, type Json, type JsonObject } from "./values.ts";

/** Lists of ids are written on one line. */
export const inFlow = (path: readonly string[]): boolean =>
  path[0] === "service" && (path[1] === "extensions" || path[1] === "pipelines");

const roles = Object.keys(sections) as ComponentRole[];
const ownSections = new Set<string>(Object.values(sections));

/** The whole config as a value: what the graph holds, and from the text before what it does not hold. */
export function collectorValue(
  { nodes }: PipelineGraph,
  { value, enabled }: Pick<CollectorText, "value" | "enabled">,
  pipelines: NamedPipelines,
): JsonObject {
  const sorted = [...nodes].sort((a, b) => byText(componentId(a), componentId(b)));
  const service = objectOf(value.service);
  return {
    ...without(value, (key) => ownSections.has(key) || key === "service"),
    ...Object.fromEntries(roles.flatMap((role) => section(role, sorted, value))),
    service: {
      ...without(service, (key) => key === "extensions" || key === "pipelines"),
      ...extensions(sorted, enabled, service),
      pipelines: Object.fromEntries(
        [...pipelines]
          .sort(([a], [b]) => byText(a, b))
          .map(([id, pipeline]) => [id, pipelineValue(pipeline, objectOf(objectOf(service.pipelines)[id]))]),
      ),
    },
  };
}

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const without = (value: JsonObject, left: (key: string) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !left(key)));

/** What was there and was empty stays as it was written. */
function unlessEmpty(parent: JsonObject, key: string): [string, Json][] {
  const was = parent[key];
  if (was === undefined || !Object.hasOwn(parent, key)) return [];
  const empty = was === null || (typeof was === "object" && Object.keys(was).length === 0);
  return empty ? [[key, was]] : [];
}

function section(role: ComponentRole, nodes: readonly PipelineNode[], before: JsonObject): [string, Json][] {
  const own = nodes.filter((node) => node.role === role);
  if (own.length === 0) return unlessEmpty(before, sections[role]);
  // `checkGraph` has seen that it is JSON, and the same in all nodes of a component.
  const settings = own.map((node) => [componentId(node), (node.config ?? null) as Json]);
  return [[sections[role], Object.fromEntries(settings)]];
}

function extensions(
  nodes: readonly PipelineNode[],
  before: readonly string[],
  service: JsonObject,
): JsonObject {
  const on = nodes
    .filter(({ role, placement }) => role === "extension" && placement !== "off")
    .map((node) => componentId(node));
  const ids = [...before.filter((id) => on.includes(id)), ...on.filter((id) => !before.includes(id))];
  return Object.fromEntries(ids.length === 0 ? unlessEmpty(service, "extensions") : [["extensions", ids]]);
}

function pipelineValue({ receivers, processors, exporters }: Pipeline, before: JsonObject): JsonObject {
  return {
    receivers,
    ...Object.fromEntries(
      processors.length === 0 ? unlessEmpty(before, "processors") : [["processors", processors]],
    ),
    exporters,
    ...without(before, (key) => key === "receivers" || key === "processors" || key === "exporters"),
  };
}
