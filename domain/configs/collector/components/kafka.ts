import { sending, tlsClient } from "../common-settings.ts";
import { type ComponentType, contribDocs, signals } from "../component.ts";
import {
  advanced,
  choice,
  deprecated,
  duration,
  extension,
  flag,
  group,
  integer,
  list,
  map,
  number,
  type Properties,
  record,
  type Schema,
  secret,
  text,
  texts,
} from "../schema.ts";

const auth = group("Authentication", "At the brokers.", {
  sasl: group("SASL", "User and password, or a token.", {
    username: text("User", "Name."),
    password: secret("Password", "Of the user."),
    mechanism: choice("Mechanism", "Of SASL.", [
      "PLAIN",
      "SCRAM-SHA-256",
      "SCRAM-SHA-512",
      "AWS_MSK_IAM_OAUTHBEARER",
      "OAUTHBEARER",
      "AWS_MSK_IAM",
    ]),
    version: deprecated(integer("Version", "Of the handshake."), "nothing: it is negotiated"),
    oauthbearer_token_source: advanced(extension("Token source", "Such as oauth2client.")),
    aws_msk: advanced(
      group("AWS MSK", "Of AWS.", {
        region: text("Region", "Of the cluster."),
        broker_addr: text("Broker", "Unused now."),
      }),
    ),
  }),
  plain_text: deprecated(
    group("Plain text", "User and password.", {
      username: text("User", "Name."),
      password: secret("Password", "Of the user."),
    }),
    "sasl with mechanism: PLAIN",
  ),
  tls: deprecated(tlsClient, "tls beside auth"),
  kerberos: advanced(
    group("Kerberos", "Tickets.", {
      service_name: text("Service", "Name."),
      realm: text("Realm", "Name."),
      use_keytab: flag("Keytab", "Use one."),
      username: text("User", "Name."),
      password: secret("Password", "Of the user."),
      config_file: text("Config file", "Path."),
      keytab_file: text("Keytab file", "Path."),
      disable_fast_negotiation: flag("No FAST", "Switch it off.", false),
    }),
  ),
});

const client: Properties = {
  brokers: texts("Brokers", "HOST:PORT of some of them.", { default: ["localhost:9092"] }),
  protocol_version: text("Protocol version", "Of Kafka.", { default: "2.1.0" }),
  client_id: text("Client's id", "By which brokers know it.", { default: "otel-collector" }),
  tls: tlsClient,
  auth,
  rack_id: advanced(text("Rack", "For replicas nearby.")),
  use_leader_epoch: advanced(flag("Leader epochs", "KIP-320.", true)),
  conn_idle_timeout: advanced(duration("Idle timeout", "Of a connection.", "9m")),
  resolve_canonical_bootstrap_servers_only: deprecated(
    flag("Canonical names", "Of brokers.", false),
    "nothing: it has no effect",
  ),
  metadata: advanced(
    group("Metadata", "Of the cluster.", {
      full: flag("Full", "Of all topics.", true),
      refresh_interval: duration("Refresh interval", "Between two looks.", "10m"),
      retry: group("Retry", "Of a look.", {
        max: integer("Tries", "At most.", { default: 3, minimum: 0 }),
        backoff: duration("Wait", "Between tries.", "250ms"),
      }),
    }),
  ),
};

const partsOf = (make: (topic: string) => Schema): Properties => ({
  traces: make("otlp_spans"),
  metrics: make("otlp_metrics"),
  logs: make("otlp_logs"),
  profiles: make("otlp_profiles"),
});
const oldPart = "topic and encoding below traces, metrics or logs";

export const kafkaReceiver: ComponentType = {
  role: "receiver",
  type: "kafka",
  title: "Kafka",
  summary: "Reads telemetry from Kafka topics.",
  documentation: contribDocs("receiver/kafkareceiver"),
  signals,
  connects: [],
  schema: group("Kafka receiver", "Reads topics.", {
    ...client,
    ...partsOf((topic) =>
      group("Signal", "Where it is read.", {
        topic: deprecated(text("Topic", "To read."), "topics"),
        topics: texts("Topics", "To read; a pattern begins with ^.", { default: [topic] }),
        exclude_topic: deprecated(text("Topic left out", "Pattern."), "exclude_topics"),
        exclude_topics: texts("Topics left out", "Patterns."),
        encoding: text("Encoding", "Of messages.", { default: "otlp_proto" }),
      }),
    ),
    group_id: text("Group", "Of consumers.", { default: "otel-collector" }),
    group_instance_id: advanced(text("Instance", "Of the group, when members are fixed.")),
    initial_offset: choice("First offset", "Of a new group.", ["latest", "earliest"], "latest"),
    session_timeout: advanced(duration("Session timeout", "Of the group.", "10s")),
    heartbeat_interval: advanced(duration("Heartbeat", "Of the group.", "3s")),
    group_rebalance_strategies: advanced(texts("Rebalancing", "In order of preference.")),
    group_rebalance_strategy: deprecated(text("Rebalancing", "Of the group."), "group_rebalance_strategies"),
    min_fetch_size: advanced(integer("Least fetch", "Bytes.", { default: 1, minimum: 0 })),
    max_fetch_size: advanced(integer("Largest fetch", "Bytes.", { default: 1_048_576, minimum: 0 })),
    default_fetch_size: advanced(integer("Usual fetch", "Bytes.", { default: 1_048_576, minimum: 0 })),
    max_fetch_wait: advanced(duration("Fetch waits", "For the least size.", "250ms")),
    max_partition_fetch_size: advanced(
      integer("Largest fetch of a partition", "Bytes.", { default: 1_048_576, minimum: 0 }),
    ),
    autocommit: advanced(
      group("Commit offsets", "By itself.", {
        enable: flag("Enabled", "Commit them.", true),
        interval: duration("Interval", "Between commits.", "1s"),
      }),
    ),
    message_marking: advanced(
      group("Marking", "When a message counts as read.", {
        after: flag("After the pipeline", "Not before.", false),
        on_error: flag("On errors too", "Mark it then.", false),
        on_permanent_error: flag("On permanent errors too", "Mark it then.", false),
      }),
    ),
    header_extraction: advanced(
      group("Headers", "As attributes.", {
        extract_headers: flag("Enabled", "Take them.", false),
        headers: texts("Headers", "Names."),
      }),
    ),
    error_backoff: advanced(
      group("Back-off", "When the pipeline refuses.", {
        enabled: flag("Enabled", "Wait and try again.", false),
        initial_interval: duration("First wait", "Before the first retry."),
        max_interval: duration("Longest wait", "Between two tries."),
        multiplier: number("Factor", "By which waits grow.", { minimum: 0 }),
        randomization_factor: number("Randomness", "Of the waits.", { minimum: 0, maximum: 1 }),
        max_elapsed_time: duration("Gives up after", "0 = never."),
      }),
    ),
    partition_processing: advanced(map("Partitions", "Worked on each by itself.", {})),
    telemetry: advanced(map("Telemetry", "Of the receiver.", {})),
    topic: deprecated(text("Topic", "To read."), oldPart),
    encoding: deprecated(text("Encoding", "Of messages."), oldPart),
  }),
  example: "brokers: [kafka-1:9092, kafka-2:9092]\ngroup_id: collectors\nlogs:\n  topics: [app-logs]\n",
};

export const kafkaExporter: ComponentType = {
  role: "exporter",
  type: "kafka",
  title: "Kafka",
  summary: "Writes telemetry to Kafka topics.",
  documentation: contribDocs("exporter/kafkaexporter"),
  signals,
  connects: [],
  schema: group("Kafka exporter", "Writes topics.", {
    ...client,
    ...partsOf((topic) =>
      group("Signal", "Where it is written.", {
        topic: text("Topic", "To write.", { default: topic }),
        topic_from_metadata_key: advanced(text("Topic from metadata", "Key of the request's metadata.")),
        message_key_from_metadata_key: advanced(text("Key from metadata", "Key of the request's metadata.")),
        encoding: text("Encoding", "Of messages.", { default: "otlp_proto" }),
      }),
    ),
    topic_from_attribute: advanced(text("Topic from an attribute", "Of the resource.")),
    include_metadata_keys: advanced(texts("Metadata", "Sent as headers.")),
    partition_traces_by_id: advanced(flag("Partition by trace", "Its id is the key.", false)),
    partition_metrics_by_resource_attributes: advanced(
      flag("Partition metrics by resource", "Its hash is the key.", false),
    ),
    partition_logs_by_resource_attributes: advanced(
      flag("Partition logs by resource", "Its hash is the key.", false),
    ),
    partition_logs_by_trace_id: advanced(flag("Partition logs by trace", "Its id is the key.", false)),
    record_headers: advanced(
      list(
        "Headers",
        "Of each message.",
        record({ key: text("Key", "Name."), value: text("Value", "Text.") }),
      ),
    ),
    record_partitioner: advanced(map("Partitioner", "Which partition a message goes to.", {})),
    signal_header: advanced(flag("Signal's header", "Adds otelcol.signal.", false)),
    producer: advanced(
      group("Producer", "How it writes.", {
        max_message_bytes: integer("Largest message", "Bytes.", { default: 1_000_000, minimum: 1 }),
        max_broker_write_bytes: integer("Largest request", "Bytes.", { minimum: 1 }),
        required_acks: {
          type: ["integer", "string"],
          title: "Acknowledgements",
          description: "0 = none, 1 = the leader, -1 or all = all replicas.",
          default: 1,
          enum: [0, 1, -1, "all"],
        },
        compression: choice("Compression", "Of messages.", ["none", "gzip", "snappy", "lz4", "zstd"], "none"),
        compression_params: group("Compression", "Details.", {
          level: integer("Level", "How hard it tries."),
        }),
        flush_max_messages: integer("Messages", "In one request.", { default: 10_000, minimum: 0 }),
        linger: duration("Linger", "For more messages.", "10ms"),
        allow_auto_topic_creation: flag("Create topics", "That are missing.", true),
      }),
    ),
    ...sending("5s"),
    topic: deprecated(text("Topic", "To write."), oldPart),
    encoding: deprecated(text("Encoding", "Of messages."), oldPart),
  }),
  example: "brokers: [kafka-1:9092]\ntraces:\n  topic: spans\nproducer:\n  compression: zstd\n",
};
