import { type ComponentType, classicSignals, contribDocs, coreDocs, signals } from "../component.ts";
import {
  advanced,
  choice,
  deprecated,
  duration,
  flag,
  group,
  integer,
  list,
  map,
  number,
  type Properties,
  record,
  type Schema,
  text,
  texts,
  titled,
} from "../schema.ts";
import { tailSampling } from "./tail-sampling.ts";

const memoryLimiter: ComponentType = {
  role: "processor",
  type: "memory_limiter",
  title: "Memory limiter",
  summary: "Refuses data while the collector uses too much memory. Stands first in a pipeline.",
  documentation: coreDocs("processor/memorylimiterprocessor"),
  signals,
  connects: [],
  schema: group(
    "Memory limiter",
    "Limits memory.",
    {
      check_interval: duration("Check every", "Greater than zero; 1s is advised.", "1s"),
      limit_mib: integer("Limit", "MiB of memory that the process may use.", { minimum: 0 }),
      spike_limit_mib: integer("Spike", "MiB below the limit at which it begins to refuse.", { minimum: 0 }),
      limit_percentage: integer("Limit in percent", "Of the memory there is.", { minimum: 0, maximum: 100 }),
      spike_limit_percentage: integer("Spike in percent", "Of the memory there is.", {
        minimum: 0,
        maximum: 100,
      }),
      min_gc_interval_when_soft_limited: advanced(
        duration("Least GC interval", "Over the soft limit.", "10s"),
      ),
      min_gc_interval_when_hard_limited: advanced(
        duration("Least GC interval", "Over the hard limit.", "0s"),
      ),
    },
    {
      required: ["check_interval"],
      anyOf: [{ required: ["limit_mib"] }, { required: ["limit_percentage"] }],
    },
  ),
  example: "check_interval: 1s\nlimit_percentage: 80\nspike_limit_percentage: 20\n",
};

const batch: ComponentType = {
  role: "processor",
  type: "batch",
  title: "Batch",
  summary: "Puts data together, so that fewer and larger requests are sent. Stands last in a pipeline.",
  documentation: coreDocs("processor/batchprocessor"),
  signals: classicSignals,
  connects: [],
  schema: group("Batch", "Puts data together.", {
    timeout: duration("Timeout", "Then a batch goes, whatever its size.", "200ms"),
    send_batch_size: integer("Size", "Items that make a batch go.", { default: 8192, minimum: 0 }),
    send_batch_max_size: integer("Largest size", "Larger ones are split; 0 = no limit.", {
      default: 0,
      minimum: 0,
    }),
    metadata_keys: advanced(texts("Metadata keys", "A batch for each combination of their values.")),
    metadata_cardinality_limit: advanced(integer("Combinations", "At most.", { default: 1000, minimum: 0 })),
  }),
  example: "timeout: 200ms\nsend_batch_size: 8192\n",
};

const anyValue: Schema = { title: "Value", description: "Text, number, boolean or list." };
const actionOf: Properties = {
  key: text("Attribute", "Its name."),
  action: choice("Action", "What is done to it.", [
    "insert",
    "update",
    "upsert",
    "delete",
    "hash",
    "extract",
    "convert",
  ]),
  value: anyValue,
  default_value: anyValue,
  from_attribute: text("From attribute", "Whose value is taken."),
  from_context: text("From context", "Such as metadata.x-tenant."),
  pattern: text("Pattern", "Regular expression."),
  converted_type: choice("Type", "Of convert.", ["int", "double", "string"]),
};
const actions = (title: string): Schema =>
  list(title, "In order.", record(actionOf, { required: ["action"] }), { minItems: 1 });

const keyValues = list(
  "Attributes",
  "All must match.",
  record({ key: text("Key", "Name."), value: anyValue }),
);
const regexp = titled(
  "Pattern cache",
  "Of match_type regexp.",
  record({
    cacheenabled: flag("Cache", "Results.", false),
    cachemaxnumentries: integer("Cached", "At most.", { minimum: 0 }),
  }),
);
const matching = (title: string): Schema =>
  group(
    title,
    "Which data.",
    {
      match_type: choice("Match", "How texts are compared.", ["strict", "regexp"]),
      regexp,
      services: texts("Services", "Names."),
      resources: keyValues,
      libraries: list(
        "Libraries",
        "Of instrumentation.",
        record({ name: text("Name", "Of it."), version: text("Version", "Of it.") }),
      ),
      span_names: texts("Spans", "Names."),
      span_kinds: texts("Span kinds", "Names."),
      log_bodies: texts("Log bodies", "Texts."),
      log_severity_texts: texts("Severities", "Texts."),
      log_severity_number: titled(
        "Severity",
        "As a number or a name.",
        record({
          min: { type: ["integer", "string"], title: "Least", description: "Severity." },
          match_undefined: flag("Unknown too", "Match it."),
        }),
      ),
      metric_names: texts("Metrics", "Names."),
      attributes: keyValues,
    },
    { required: ["match_type"] },
  );

const attributes: ComponentType = {
  role: "processor",
  type: "attributes",
  title: "Attributes",
  summary: "Adds, changes and removes attributes of spans, metrics and logs.",
  documentation: contribDocs("processor/attributesprocessor"),
  signals: classicSignals,
  connects: [],
  schema: group(
    "Attributes",
    "Changes attributes.",
    {
      actions: actions("Actions"),
      include: advanced(matching("Only")),
      exclude: advanced(matching("All but")),
    },
    { required: ["actions"] },
  ),
  example:
    "actions:\n  - key: environment\n    value: production\n    action: upsert\n  - key: password\n    action: delete\n",
};

const resource: ComponentType = {
  role: "processor",
  type: "resource",
  title: "Resource",
  summary: "Adds, changes and removes attributes of the resource that data comes from.",
  documentation: contribDocs("processor/resourceprocessor"),
  signals,
  connects: [],
  schema: group(
    "Resource",
    "Changes resource attributes.",
    { attributes: actions("Actions") },
    { required: ["attributes"] },
  ),
  example: "attributes:\n  - key: deployment.environment\n    value: production\n    action: upsert\n",
};

const errorMode = choice(
  "On errors",
  "Of a condition or statement: go on, go on in silence, or drop the data.",
  ["ignore", "silent", "propagate"],
  "ignore",
);
const conditions = (title: string): Schema =>
  texts(title, "OTTL conditions; what meets one of them is dropped.");
const contextConditions = (title: string): Schema =>
  list(title, "OTTL conditions; what meets one of them is dropped.", {
    type: ["string", "object"],
    properties: {
      context: text("Context", "Such as span."),
      conditions: texts("Conditions", "OTTL."),
      error_mode: errorMode,
    },
    additionalProperties: false,
  });
const legacy = (title: string): Schema =>
  deprecated(map(title, "An older way to filter.", {}), "OTTL conditions");

const filter: ComponentType = {
  role: "processor",
  type: "filter",
  title: "Filter",
  summary: "Drops spans, metrics, logs and profiles that meet a condition.",
  documentation: contribDocs("processor/filterprocessor"),
  signals,
  connects: [],
  schema: group("Filter", "Drops data.", {
    error_mode: errorMode,
    trace_conditions: contextConditions("Traces"),
    metric_conditions: contextConditions("Metrics"),
    log_conditions: contextConditions("Logs"),
    profile_conditions: contextConditions("Profiles"),
    traces: group("Traces", "What is dropped.", {
      resource: conditions("Resources"),
      span: conditions("Spans"),
      spanevent: conditions("Span events"),
    }),
    metrics: group("Metrics", "What is dropped.", {
      resource: conditions("Resources"),
      metric: conditions("Metrics"),
      datapoint: conditions("Data points"),
      regexp: legacy("Pattern cache"),
      include: legacy("Only"),
      exclude: legacy("All but"),
    }),
    logs: group("Logs", "What is dropped.", {
      resource: conditions("Resources"),
      log_record: conditions("Log records"),
      include: legacy("Only"),
      exclude: legacy("All but"),
    }),
    profiles: group("Profiles", "What is dropped.", {
      resource: conditions("Resources"),
      profile: conditions("Profiles"),
    }),
    spans: legacy("Spans"),
  }),
  example: 'error_mode: ignore\ntraces:\n  span:\n    - attributes["http.route"] == "/health"\n',
};

const statements = (title: string, contexts: readonly string[]): Schema =>
  list(title, "OTTL statements in order, or groups of them.", {
    type: ["string", "object"],
    properties: {
      context: choice("Context", "Of the statements; left out = found from their paths.", contexts),
      conditions: texts("Conditions", "Of the group; one of them must hold."),
      statements: texts("Statements", "OTTL."),
      error_mode: errorMode,
      shared_cache: flag("Shared cache", "Among groups.", false),
    },
    additionalProperties: false,
  });

const transform: ComponentType = {
  role: "processor",
  type: "transform",
  title: "Transform",
  summary: "Changes data by statements of the OpenTelemetry Transformation Language (OTTL).",
  documentation: contribDocs("processor/transformprocessor"),
  signals,
  connects: [],
  schema: group("Transform", "Changes data.", {
    error_mode: errorMode,
    flatten_data: advanced(flag("Flatten", "Logs, so that each has its own resource.", false)),
    trace_statements: statements("Traces", ["resource", "scope", "span", "spanevent"]),
    metric_statements: statements("Metrics", ["resource", "scope", "metric", "datapoint", "exemplar"]),
    log_statements: statements("Logs", ["resource", "scope", "log"]),
    profile_statements: statements("Profiles", ["resource", "scope", "profile", "profilesample"]),
  }),
  example:
    'error_mode: ignore\nlog_statements:\n  - set(log.severity_text, "FAIL") where log.body == "request failed"\n',
};

const probabilisticSampler: ComponentType = {
  role: "processor",
  type: "probabilistic_sampler",
  title: "Probabilistic sampler",
  summary: "Keeps a share of the traces or logs, by chance.",
  documentation: contribDocs("processor/probabilisticsamplerprocessor"),
  signals: ["traces", "logs"],
  connects: [],
  schema: group(
    "Probabilistic sampler",
    "Keeps a share.",
    {
      sampling_percentage: number("Percentage", "That is kept; left out = nothing.", { minimum: 0 }),
      mode: choice("Mode", "How it decides.", ["hash_seed", "proportional", "equalizing", ""]),
      hash_seed: advanced(integer("Seed", "The same on all collectors of one layer.", { minimum: 0 })),
      fail_closed: advanced(flag("Fail closed", "Drop what cannot be decided.", true)),
      sampling_precision: advanced(
        integer("Precision", "Hex digits of the threshold.", { default: 4, minimum: 0, maximum: 14 }),
      ),
      attribute_source: advanced(
        choice("Randomness of logs", "Where it comes from.", ["traceID", "record"], "traceID"),
      ),
      from_attribute: advanced(text("From attribute", "Of a log.")),
      sampling_priority: advanced(text("Priority", "Attribute of a log.")),
    },
    { required: ["sampling_percentage"] },
  ),
  example: "sampling_percentage: 10\n",
};

export const processors: readonly ComponentType[] = [
  memoryLimiter,
  batch,
  attributes,
  filter,
  resource,
  transform,
  probabilisticSampler,
  tailSampling,
];
