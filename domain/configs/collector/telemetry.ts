import {
  advanced,
  choice,
  deprecated,
  flag,
  group,
  integer,
  list,
  map,
  type Schema,
  text,
  texts,
} from "./schema.ts";

const levels = ["none", "basic", "normal", "detailed"];
const open: Schema = { type: ["object", "null"], additionalProperties: true };

/** `service.telemetry`: what the collector says of itself. */
export const telemetrySchema: Schema = group("Telemetry", "Of the collector itself.", {
  logs: group("Logs", "Of the collector.", {
    level: choice(
      "Level",
      "Least severity.",
      ["debug", "info", "warn", "error", "dpanic", "panic", "fatal", "DEBUG", "INFO", "WARN", "ERROR"],
      "info",
    ),
    development: flag("Development", "Stack traces for warnings.", false),
    encoding: choice("Encoding", "Of lines.", ["console", "json"], "console"),
    disable_caller: flag("Without caller", "File and line.", false),
    disable_stacktrace: flag("Without stack traces", "Of errors.", false),
    disable_zap_resource: flag("Without resource", "In lines.", false),
    sampling: group("Sampling", "Of equal lines.", {
      enabled: flag("Enabled", "Drop some.", true),
      tick: text("Tick", "Interval."),
      initial: integer("First", "That are written.", { minimum: 0 }),
      thereafter: integer("Then every", "That is written.", { minimum: 0 }),
    }),
    output_paths: texts("Paths", "Files, stdout or stderr."),
    error_output_paths: texts("Paths of errors", "Of the logger."),
    initial_fields: map("Fields", "Of each line.", {}),
    processors: advanced(list("Processors", "OpenTelemetry's own.", open)),
  }),
  metrics: group("Metrics", "Of the collector.", {
    level: choice("Level", "How much.", levels, "normal"),
    readers: list("Readers", "OpenTelemetry's own.", open),
    views: list("Views", "OpenTelemetry's own.", open),
    address: deprecated(text("Address", "HOST:PORT."), "readers with pull.exporter.prometheus"),
  }),
  traces: group("Traces", "Of the collector.", {
    level: choice("Level", "How much.", [...levels]),
    propagators: texts("Propagators", "Such as tracecontext."),
    processors: list("Processors", "OpenTelemetry's own.", open),
    sampler: map("Sampler", "OpenTelemetry's own.", {}),
    limits: map("Limits", "OpenTelemetry's own.", {}),
  }),
  resource: map("Resource", "Attributes of the collector.", {}),
});
