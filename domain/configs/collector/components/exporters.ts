import {
  grpcClient,
  httpClient,
  httpServer,
  retryOnFailure,
  sending,
  sendingQueue,
  timeout,
} from "../common-settings.ts";
import { type ComponentType, contribDocs, coreDocs, signals } from "../component.ts";
import {
  advanced,
  choice,
  deprecated,
  duration,
  extension,
  flag,
  group,
  integer,
  map,
  type Schema,
  text,
  texts,
} from "../schema.ts";
import { kafkaExporter } from "./kafka.ts";

const otlp: ComponentType = {
  role: "exporter",
  type: "otlp",
  aliases: ["otlp_grpc"],
  title: "OTLP over gRPC",
  summary: "Sends traces, metrics, logs and profiles over OTLP/gRPC.",
  documentation: coreDocs("exporter/otlpexporter"),
  signals,
  connects: [],
  schema: group(
    "OTLP exporter",
    "Sends over gRPC.",
    { ...grpcClient, ...sending("5s") },
    { required: ["endpoint"] },
  ),
  example: "endpoint: collector.example:4317\nsending_queue:\n  queue_size: 5000\n",
};

const otlphttp: ComponentType = {
  role: "exporter",
  type: "otlphttp",
  aliases: ["otlp_http"],
  title: "OTLP over HTTP",
  summary: "Sends traces, metrics, logs and profiles over OTLP/HTTP.",
  documentation: coreDocs("exporter/otlphttpexporter"),
  signals,
  connects: [],
  schema: group(
    "OTLP HTTP exporter",
    "Sends over HTTP.",
    {
      ...httpClient,
      encoding: choice("Encoding", "Of the body.", ["proto", "json"], "proto"),
      traces_endpoint: advanced(text("Traces", "URL, instead of endpoint + /v1/traces.", { format: "url" })),
      metrics_endpoint: advanced(
        text("Metrics", "URL, instead of endpoint + /v1/metrics.", { format: "url" }),
      ),
      logs_endpoint: advanced(text("Logs", "URL, instead of endpoint + /v1/logs.", { format: "url" })),
      profiles_endpoint: advanced(text("Profiles", "URL, instead of the endpoint's.", { format: "url" })),
      retry_on_failure: retryOnFailure,
      sending_queue: sendingQueue,
    },
    {
      anyOf: [
        { required: ["endpoint"] },
        { required: ["traces_endpoint"] },
        { required: ["metrics_endpoint"] },
        { required: ["logs_endpoint"] },
        { required: ["profiles_endpoint"] },
      ],
    },
  ),
  example: "endpoint: https://collector.example:4318\nheaders:\n  authorization: $" + "{secret:OTLP_TOKEN}\n",
};

const debug: ComponentType = {
  role: "exporter",
  type: "debug",
  title: "Debug",
  summary: "Writes what passes into the collector's own log.",
  documentation: coreDocs("exporter/debugexporter"),
  signals,
  connects: [],
  schema: group("Debug exporter", "Writes to the log.", {
    verbosity: choice("Verbosity", "How much is written.", ["basic", "normal", "detailed"], "basic"),
    sampling_initial: advanced(
      integer("First", "Messages of a second that are written.", { default: 2, minimum: 0 }),
    ),
    sampling_thereafter: advanced(
      integer("Then every", "Message that is written.", { default: 1, minimum: 0 }),
    ),
    use_internal_logger: advanced(flag("Collector's logger", "Or its own.", true)),
    output_paths: advanced(texts("Paths", "Without the collector's logger: files, stdout or stderr.")),
    sending_queue: advanced(sendingQueue),
  }),
  example: "verbosity: basic\n",
};

const toLabels: Schema = group("Resource as labels", "Each attribute of the resource becomes a label.", {
  enabled: flag("Enabled", "Of all metrics.", false),
  exclude_service_attributes: flag("Without the service's", "They are in job and instance.", false),
  included_attributes: advanced(texts("Only", "These attributes.")),
  excluded_attributes: advanced(texts("All but", "These attributes.")),
});
const translation = choice("Names", "How they are translated.", [
  "UnderscoreEscapingWithSuffixes",
  "UnderscoreEscapingWithoutSuffixes",
  "NoUTF8EscapingWithSuffixes",
  "NoTranslation",
]);

const prometheus: ComponentType = {
  role: "exporter",
  type: "prometheus",
  title: "Prometheus",
  summary: "Serves metrics for a Prometheus server to scrape.",
  documentation: contribDocs("exporter/prometheusexporter"),
  signals: ["metrics"],
  connects: [],
  schema: group(
    "Prometheus exporter",
    "Serves metrics.",
    {
      ...httpServer,
      namespace: text("Namespace", "Before each name."),
      const_labels: map("Labels", "Of all metrics.", { type: "string" }),
      send_timestamps: flag("Timestamps", "Of the samples.", false),
      metric_expiration: duration("Expiration", "Of metrics that change no more.", "5m"),
      resource_to_telemetry_conversion: toLabels,
      resource_constant_labels: advanced(toLabels),
      enable_open_metrics: advanced(flag("OpenMetrics", "Needed for exemplars.", false)),
      add_metric_suffixes: deprecated(flag("Suffixes", "Of type and unit.", true), "translation_strategy"),
      translation_strategy: advanced(translation),
      without_scope_info: advanced(flag("Without scope", "Of the instrumentation.", false)),
      sending_queue: advanced(sendingQueue),
    },
    { required: ["endpoint"] },
  ),
  example: "endpoint: 0.0.0.0:8889\nnamespace: app\n",
};

const prometheusremotewrite: ComponentType = {
  role: "exporter",
  type: "prometheusremotewrite",
  aliases: ["prometheus_remote_write"],
  title: "Prometheus remote write",
  summary: "Sends metrics to what takes Prometheus' remote write.",
  documentation: contribDocs("exporter/prometheusremotewriteexporter"),
  signals: ["metrics"],
  connects: [],
  schema: group(
    "Prometheus remote write exporter",
    "Sends metrics.",
    {
      ...httpClient,
      timeout: timeout("5s"),
      http: advanced(group("HTTP", "Instead of the keys beside it.", httpClient)),
      namespace: text("Namespace", "Before each name."),
      external_labels: map("Labels", "Of all metrics.", { type: "string" }),
      retry_on_failure: retryOnFailure,
      resource_to_telemetry_conversion: toLabels,
      remote_write_queue: group("Queue", "Of requests.", {
        enabled: flag("Enabled", "Queue them.", true),
        queue_size: integer("Size", "Batches.", { default: 10_000, minimum: 0 }),
        num_consumers: integer("Consumers", "That send at the same time.", { default: 5, minimum: 0 }),
      }),
      target_info: advanced(
        group("target_info", "A metric for each resource.", { enabled: flag("Enabled", "Send it.", true) }),
      ),
      export_created_metric: deprecated(
        group("Created", "Metrics.", { enabled: flag("Enabled", "Send them.", false) }),
        "nothing: it is gone",
      ),
      max_batch_size_bytes: advanced(integer("Largest batch", "Bytes.", { default: 3_000_000, minimum: 1 })),
      max_batch_request_parallelism: advanced(
        integer("Requests of a batch", "At the same time.", { minimum: 1 }),
      ),
      protobuf_message: advanced(
        choice(
          "Message",
          "Version of remote write.",
          ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"],
          "prometheus.WriteRequest",
        ),
      ),
      send_metadata: advanced(flag("Metadata", "Of metrics.", false)),
      add_metric_suffixes: deprecated(flag("Suffixes", "Of type and unit.", true), "translation_strategy"),
      translation_strategy: advanced(translation),
      disable_scope_info: advanced(flag("Without scope", "Of the instrumentation.", false)),
      wal: advanced(
        group("Write-ahead log", "Keeps metrics over a restart.", {
          directory: text("Folder", "Path."),
          buffer_size: integer("Buffer", "Entries.", { default: 300, minimum: 0 }),
          truncate_frequency: duration("Truncate every", "Interval.", "1m"),
          lag_record_frequency: duration("Record lag every", "Interval.", "15s"),
        }),
      ),
    },
    { anyOf: [{ required: ["endpoint"] }, { required: ["http"] }] },
  ),
  example: "endpoint: https://metrics.example/api/v1/push\nexternal_labels:\n  cluster: edge\n",
};

const file: ComponentType = {
  role: "exporter",
  type: "file",
  title: "File",
  summary: "Writes telemetry into files.",
  documentation: contribDocs("exporter/fileexporter"),
  signals,
  connects: [],
  schema: group(
    "File exporter",
    "Writes files.",
    {
      path: text("Path", "Of the file."),
      format: choice("Format", "Of records.", ["json", "proto"], "json"),
      append: flag("Append", "To a file that exists.", false),
      rotation: group("Rotation", "When the file grows.", {
        max_megabytes: integer("Size", "Megabytes.", { default: 100, minimum: 0 }),
        max_days: integer("Days", "Old files are kept; 0 = for ever.", { minimum: 0 }),
        max_backups: integer("Old files", "At most.", { default: 100, minimum: 0 }),
        localtime: flag("Local time", "In names of old files.", false),
      }),
      flush_interval: duration("Flush every", "Interval.", "1s"),
      compression: choice("Compression", "Of records.", ["zstd", ""]),
      compression_params: advanced(
        group("Compression", "Details.", { level: integer("Level", "How hard it tries.") }),
      ),
      encoding: advanced(extension("Encoding", "Extension that writes records.")),
      create_directory: advanced(flag("Create the folder", "That is missing.", false)),
      directory_permissions: advanced(text("Permissions", "Of that folder, octal.", { default: "0755" })),
      group_by: advanced(
        group("Group by", "A file for each value.", {
          enabled: flag("Enabled", "Do it.", false),
          resource_attribute: text("Attribute", "Of the resource.", { default: "fileexporter.path_segment" }),
          max_open_files: integer("Open files", "At most.", { default: 100, minimum: 1 }),
        }),
      ),
    },
    { required: ["path"] },
  ),
  example: "path: /var/lib/otelcol/telemetry.json\nrotation:\n  max_megabytes: 100\n",
};

export const exporters: readonly ComponentType[] = [
  otlp,
  otlphttp,
  debug,
  kafkaExporter,
  prometheus,
  prometheusremotewrite,
  file,
];
