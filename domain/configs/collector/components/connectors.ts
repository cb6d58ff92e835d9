import { type ComponentType, classicSignals, contribDocs } from "../component.ts";
import {
  advanced,
  choice,
  deprecated,
  duration,
  flag,
  group,
  integer,
  list,
  record,
  type Schema,
  text,
  texts,
} from "../schema.ts";

const dimensions = (title: string): Schema =>
  list(
    title,
    "Attributes that metrics are split by.",
    record({
      name: text("Attribute", "Name."),
      default: text("Default", "When it is missing."),
      glob: text("Pattern", "Of names."),
    }),
  );

const spanmetrics: ComponentType = {
  role: "connector",
  type: "spanmetrics",
  aliases: ["span_metrics"],
  title: "Span metrics",
  summary: "Counts spans and measures how long they take, as metrics.",
  documentation: contribDocs("connector/spanmetricsconnector"),
  signals: [],
  connects: [{ from: "traces", to: "metrics" }],
  schema: group("Span metrics", "Metrics of spans.", {
    histogram: group("Histogram", "Of durations.", {
      disable: flag("None", "Only counts.", false),
      unit: choice("Unit", "Of durations.", ["ms", "s"], "ms"),
      explicit: group("Fixed buckets", "Their bounds.", {
        buckets: list("Buckets", "Durations, such as 100ms.", { type: "string", format: "go-duration" }),
      }),
      exponential: group("Exponential buckets", "That adapt.", {
        max_size: integer("Buckets", "At most.", { default: 160, minimum: 1 }),
      }),
      dimensions: advanced(dimensions("Dimensions")),
    }),
    dimensions: dimensions("Dimensions"),
    calls_dimensions: advanced(dimensions("Dimensions of calls")),
    exclude_dimensions: texts("Dimensions left out", "Such as span.name."),
    namespace: text("Namespace", "Before each name.", { default: "traces.span.metrics" }),
    metrics_flush_interval: duration("Flush every", "Interval.", "60s"),
    metrics_expiration: duration("Expiration", "Of metrics without spans; 0 = never.", "0s"),
    series_expiration: advanced(duration("Expiration of a series", "Without spans; 0 = never.", "0s")),
    aggregation_temporality: choice(
      "Temporality",
      "Of counts.",
      ["AGGREGATION_TEMPORALITY_CUMULATIVE", "AGGREGATION_TEMPORALITY_DELTA"],
      "AGGREGATION_TEMPORALITY_CUMULATIVE",
    ),
    aggregation_cardinality_limit: integer("Combinations", "At most; 0 = no limit.", {
      default: 0,
      minimum: 0,
    }),
    exemplars: group("Exemplars", "Traces beside a number.", {
      enabled: flag("Enabled", "Add them.", false),
      max_per_data_point: integer("For a point", "At most.", { minimum: 0 }),
    }),
    events: advanced(
      group("Events", "Of spans, counted.", {
        enabled: flag("Enabled", "Count them.", false),
        dimensions: dimensions("Dimensions"),
      }),
    ),
    resource_metrics_cache_size: advanced(
      integer("Resources", "Kept at most.", { default: 1000, minimum: 1 }),
    ),
    resource_metrics_key_attributes: advanced(
      texts("Resource's key", "Attributes that tell resources apart."),
    ),
    metric_timestamp_cache_size: advanced(
      integer("Timestamps", "Kept at most.", { default: 1000, minimum: 1 }),
    ),
    include_instrumentation_scope: advanced(texts("Scopes", "Names.")),
    add_resource_attributes: advanced(flag("Resource attributes", "Of the spans.", false)),
    enable_metrics_sampling_method: advanced(flag("Sampling method", "As an attribute.", false)),
    dimensions_cache_size: deprecated(
      integer("Dimensions", "Kept at most."),
      "aggregation_cardinality_limit",
    ),
  }),
  example: "histogram:\n  explicit:\n    buckets: [10ms, 100ms, 1s]\ndimensions:\n  - name: http.route\n",
};

const pipelines = (title: string, help: string): Schema =>
  list(title, help, { type: "string", "x-muster-reference": "pipeline" });

const routing: ComponentType = {
  role: "connector",
  type: "routing",
  title: "Routing",
  summary: "Sends data to one pipeline or another by a condition.",
  documentation: contribDocs("connector/routingconnector"),
  signals: [],
  connects: classicSignals.map((signal) => ({ from: signal, to: signal })),
  schema: group(
    "Routing",
    "Chooses pipelines.",
    {
      table: list(
        "Routes",
        "The first one that matches.",
        record(
          {
            context: choice("Context", "Of the condition.", [
              "request",
              "resource",
              "span",
              "metric",
              "datapoint",
              "log",
              "otelcol",
            ]),
            condition: text("Condition", "OTTL."),
            statement: advanced(text("Statement", "OTTL: route() where …")),
            action: advanced(choice("Action", "Move the data, or copy it.", ["move", "copy"], "move")),
            pipelines: pipelines("Pipelines", "That get it."),
          },
          { anyOf: [{ required: ["condition"] }, { required: ["statement"] }] },
        ),
        { minItems: 1 },
      ),
      default_pipelines: pipelines("Default pipelines", "That get what no route takes."),
      error_mode: choice("On errors", "Of a condition.", ["ignore", "silent", "propagate"], "ignore"),
      match_once: deprecated(flag("Match once", "Stop at the first route.", true), "nothing: it is so"),
    },
    { required: ["table"] },
  ),
  example:
    'default_pipelines: [traces/other]\ntable:\n  - context: resource\n    condition: attributes["tenant"] == "acme"\n    pipelines: [traces/acme]\n',
};

export const connectors: readonly ComponentType[] = [spanmetrics, routing];
