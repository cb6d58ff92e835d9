import {
  advanced,
  choice,
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
} from "./schema.ts";

/** Settings that many components share, as the collector's own libraries define them. */

const tlsVersions = ["1.0", "1.1", "1.2", "1.3"];

const tls: Properties = {
  ca_file: text("CA file", "Certificate of the authority that the other side is checked against."),
  ca_pem: advanced(text("CA", "The same as text, PEM.")),
  cert_file: text("Certificate file", "What this side shows."),
  cert_pem: advanced(text("Certificate", "The same as text, PEM.")),
  key_file: text("Key file", "Private key of the certificate."),
  key_pem: advanced(secret("Key", "The same as text, PEM.")),
  include_system_ca_certs_pool: advanced(flag("System CAs too", "Trust the system's authorities as well.")),
  min_version: advanced(choice("Least version", "Of TLS.", tlsVersions, "1.2")),
  max_version: advanced(choice("Highest version", "Of TLS.", tlsVersions)),
  cipher_suites: advanced(texts("Cipher suites", "Empty = a safe default list.")),
  curve_preferences: advanced(texts("Curves", "In order of preference.")),
  reload_interval: advanced(duration("Reload interval", "How often the certificate is read anew.")),
  tpm: advanced(
    group("TPM", "Takes the key from a trusted platform module.", {
      enabled: flag("Enabled", "Use the module.", false),
      path: text("Path", "Its device, such as /dev/tpmrm0."),
      owner_auth: secret("Owner's authorization", "Of the module."),
      auth: secret("Key's authorization", "Of the key."),
    }),
  ),
};

export const tlsClient = group("TLS", "How the connection is secured.", {
  insecure: flag("Without TLS", "Send in the clear.", false),
  insecure_skip_verify: advanced(flag("Skip verification", "Accept any certificate.", false)),
  server_name_override: advanced(text("Server name", "The name that the certificate is checked for.")),
  ...tls,
});

export const tlsServer = group("TLS", "Secures what comes in; without it data travels in the clear.", {
  client_ca_file: text("Clients' CA file", "Clients must show a certificate of this authority."),
  client_ca_file_reload: advanced(flag("Reload clients' CA", "When the file changes.", false)),
  ...tls,
});

const authenticator = extension(
  "Authenticator",
  "The extension that does it, such as basicauth or bearertokenauth.",
);
export const auth = group(
  "Authentication",
  "By an extension.",
  { authenticator },
  { required: ["authenticator"] },
);
const serverAuth = group(
  "Authentication",
  "By an extension.",
  { authenticator, request_params: texts("Query parameters", "That the extension may read.") },
  { required: ["authenticator"] },
);

const headerPairs: Schema = {
  // Both ways of writing are understood: a map, and a list of {name, value}.
  type: ["object", "array", "null"],
  title: "Headers",
  description: "Sent with each request. Values may hold credentials.",
  additionalProperties: { type: "string", "x-muster-secret": true },
  items: record({
    name: text("Name", "Of the header."),
    value: secret("Value", "Of the header."),
  }),
};

const middlewares = advanced(
  list(
    "Middlewares",
    "Extensions that see each request, outermost first.",
    record({ id: extension("Extension", "Its id.") }),
  ),
);
const compressions = ["gzip", "zlib", "deflate", "snappy", "x-snappy-framed", "zstd", "lz4", "none", ""];
const compressionParams = advanced(
  group("Compression", "Details.", { level: integer("Level", "How hard it tries; depends on the method.") }),
);

/** confighttp's client. */
export const httpClient: Properties = {
  endpoint: text("Endpoint", "URL to send to, such as https://collector.example:4318.", { format: "url" }),
  tls: tlsClient,
  headers: headerPairs,
  auth,
  compression: choice("Compression", "Of the body.", compressions, "gzip"),
  compression_params: compressionParams,
  timeout: duration("Timeout", "Of one request.", "30s"),
  proxy_url: advanced(text("Proxy", "URL of a proxy.")),
  read_buffer_size: advanced(integer("Read buffer", "Bytes.", { minimum: 0 })),
  write_buffer_size: advanced(integer("Write buffer", "Bytes.", { minimum: 0 })),
  max_idle_conns: advanced(integer("Idle connections", "At most.", { minimum: 0 })),
  max_idle_conns_per_host: advanced(integer("Idle connections per host", "At most.", { minimum: 0 })),
  max_conns_per_host: advanced(integer("Connections per host", "At most; 0 = no limit.", { minimum: 0 })),
  idle_conn_timeout: advanced(duration("Idle timeout", "Of a connection.", "90s")),
  disable_keep_alives: advanced(flag("No keep-alive", "A connection for each request.", false)),
  keepalive: advanced(
    group("Keep-alive", "Of connections.", {
      enabled: flag("Enabled", "Keep connections.", true),
      idle_conn_timeout: duration("Idle timeout", "Of a connection.", "90s"),
      max_idle_conns: integer("Idle connections", "At most.", { minimum: 0 }),
      max_idle_conns_per_host: integer("Idle connections per host", "At most.", { minimum: 0 }),
    }),
  ),
  force_attempt_http2: advanced(flag("Force HTTP/2", "Try it first.", true)),
  http2_read_idle_timeout: advanced(duration("HTTP/2 ping after", "So long without a frame.")),
  http2_ping_timeout: advanced(duration("HTTP/2 ping timeout", "Then the connection closes.", "15s")),
  cookies: advanced(group("Cookies", "Of the server.", { enabled: flag("Enabled", "Keep them.") })),
  middlewares,
};

/** confighttp's server. */
export const httpServer: Properties = {
  endpoint: text("Listens on", "HOST:PORT.", { format: "host-port" }),
  transport: advanced(text("Transport", "tcp or unix.", { default: "tcp" })),
  tls: tlsServer,
  auth: serverAuth,
  cors: advanced(
    group("CORS", "Which web pages may send.", {
      allowed_origins: texts("Origins", "Such as https://*.example.com."),
      allowed_headers: texts("Headers", "That requests may carry."),
      exposed_headers: texts("Exposed headers", "That pages may read."),
      max_age: integer("Cached for", "Seconds.", { minimum: 0 }),
    }),
  ),
  max_request_body_size: advanced(integer("Largest body", "Bytes.", { default: 20_971_520, minimum: 0 })),
  include_metadata: advanced(flag("Keep metadata", "Pass the request's headers on.", false)),
  response_headers: advanced(headerPairs),
  compression_algorithms: advanced(texts("Compressions", "That are accepted.")),
  read_timeout: advanced(duration("Read timeout", "Of a request.")),
  read_header_timeout: advanced(duration("Header timeout", "Of a request.", "1m")),
  write_timeout: advanced(duration("Write timeout", "Of an answer.", "30s")),
  idle_timeout: advanced(duration("Idle timeout", "Of a connection.", "1m")),
  keep_alives_enabled: advanced(flag("Keep-alive", "Of connections.", true)),
  keepalive: advanced(
    group("Keep-alive", "Of connections.", {
      enabled: flag("Enabled", "Keep connections.", true),
      idle_timeout: duration("Idle timeout", "Of a connection.", "1m"),
    }),
  ),
  middlewares,
};

/** configgrpc's client. */
export const grpcClient: Properties = {
  endpoint: text("Endpoint", "HOST:PORT to send to, such as collector.example:4317.", {
    format: "grpc-target",
  }),
  tls: tlsClient,
  headers: headerPairs,
  auth,
  compression: choice("Compression", "Of messages.", ["gzip", "snappy", "zstd", "none", ""], "gzip"),
  keepalive: advanced(
    group("Keep-alive", "Pings on idle connections.", {
      time: duration("Ping after", "So long without traffic.", "10s"),
      timeout: duration("Timeout", "Of a ping.", "10s"),
      permit_without_stream: flag("Without streams too", "Ping while nothing is sent.", false),
    }),
  ),
  balancer_name: advanced(text("Balancer", "Over several addresses.", { default: "round_robin" })),
  authority: advanced(text("Authority", "Overrides the :authority header.")),
  read_buffer_size: advanced(integer("Read buffer", "Bytes.", { minimum: 0 })),
  write_buffer_size: advanced(integer("Write buffer", "Bytes.", { default: 524_288, minimum: 0 })),
  wait_for_ready: advanced(flag("Wait for ready", "Instead of failing at once.", false)),
  middlewares,
};

/** configgrpc's server. */
export const grpcServer: Properties = {
  endpoint: text("Listens on", "HOST:PORT.", { format: "host-port" }),
  transport: advanced(choice("Transport", "Of the listener.", ["tcp", "tcp4", "tcp6", "unix"], "tcp")),
  dialer: advanced(group("Dialer", "Unused by servers.", { timeout: duration("Timeout", "Of dialing.") })),
  tls: tlsServer,
  auth: serverAuth,
  max_recv_msg_size_mib: integer("Largest message", "MiB.", { default: 4, minimum: 0 }),
  max_concurrent_streams: advanced(integer("Streams", "At most, per connection.", { minimum: 0 })),
  read_buffer_size: advanced(integer("Read buffer", "Bytes.", { default: 524_288, minimum: 0 })),
  write_buffer_size: advanced(integer("Write buffer", "Bytes.", { minimum: 0 })),
  include_metadata: advanced(flag("Keep metadata", "Pass the request's headers on.", false)),
  keepalive: advanced(
    group("Keep-alive", "Of connections.", {
      server_parameters: group("Server", "What it does.", {
        max_connection_idle: duration("Idle at most", "Then it closes."),
        max_connection_age: duration("Age at most", "Then it closes."),
        max_connection_age_grace: duration("Grace", "For running requests."),
        time: duration("Ping after", "So long without traffic.", "2h"),
        timeout: duration("Ping timeout", "Then it closes.", "20s"),
      }),
      enforcement_policy: group("Clients", "What they may do.", {
        min_time: duration("Least time between pings", "Of a client.", "5m"),
        permit_without_stream: flag("Without streams too", "Clients may ping then.", false),
      }),
    }),
  ),
  middlewares,
};

export const timeout = (byDefault: string) => duration("Timeout", "Of one attempt to send.", byDefault);

export const retryOnFailure = group("Retry", "What happens when sending fails.", {
  enabled: flag("Enabled", "Try again.", true),
  initial_interval: duration("First wait", "Before the first retry.", "5s"),
  randomization_factor: advanced(
    number("Randomness", "Of the waits, as a share.", { default: 0.5, minimum: 0, maximum: 1 }),
  ),
  multiplier: advanced(number("Factor", "By which the waits grow.", { default: 1.5, minimum: 0 })),
  max_interval: duration("Longest wait", "Between two tries.", "30s"),
  max_elapsed_time: duration("Gives up after", "0 = never.", "5m"),
});

const sizers = ["requests", "items", "bytes"];
const queueSettings: Properties = {
  enabled: flag("Enabled", "Queue what is to be sent.", true),
  num_consumers: integer("Consumers", "That send at the same time.", { default: 10, minimum: 1 }),
  queue_size: integer("Size", "In units of the sizer.", { default: 1000, minimum: 1 }),
  sizer: advanced(choice("Sizer", "What the size counts.", sizers, "requests")),
  block_on_overflow: advanced(flag("Block when full", "Instead of refusing.", false)),
  wait_for_result: advanced(flag("Wait for the result", "Of each request.", false)),
  storage: extension("Storage", "Extension that keeps the queue over a restart, such as file_storage."),
  batch: advanced(
    group("Batch", "Puts queued requests together.", {
      flush_timeout: duration("Flush after", "Whatever the size.", "200ms"),
      min_size: integer("Least size", "Then it is sent.", { minimum: 0 }),
      max_size: integer("Largest size", "0 = no limit.", { minimum: 0 }),
      sizer: choice("Sizer", "What the sizes count.", sizers),
      partition: group("Partition", "Batches apart.", {
        metadata_keys: texts("Metadata keys", "A batch for each combination."),
        cardinality_limit: integer("Combinations", "At most.", { minimum: 0 }),
      }),
    }),
  ),
};
export const sendingQueue = group("Queue", "Between the pipeline and the network.", queueSettings);

/** What every exporter that sends has. */
export const sending = (timeoutDefault: string): Properties => ({
  timeout: timeout(timeoutDefault),
  retry_on_failure: retryOnFailure,
  sending_queue: sendingQueue,
});

/** Of receivers that ask for what they report at an interval. */
export const scraping: Properties = {
  collection_interval: duration("Interval", "Between two readings.", "1m"),
  initial_delay: advanced(duration("First after", "The start.", "1s")),
  timeout: advanced(duration("Timeout", "Of one reading.")),
};

export const attributePairs = map("Attributes", "Added to each record.", {
  type: ["string", "number", "boolean"],
});

/** Of receivers built on stanza: what they do with each record. */
export const stanza: Properties = {
  operators: list("Operators", "Parse and change each record, in order.", {
    type: "object",
    required: ["type"],
    additionalProperties: true,
    properties: { type: text("Type", "Such as json_parser or regex_parser.") },
  }),
  attributes: attributePairs,
  resource: map("Resource", "Attributes of the resource.", { type: ["string", "number", "boolean"] }),
  storage: extension("Storage", "Extension that remembers how far it read, such as file_storage."),
  retry_on_failure: group("Retry", "When the pipeline refuses.", {
    enabled: flag("Enabled", "Pause and try again.", false),
    initial_interval: duration("First wait", "Before the first retry.", "1s"),
    max_interval: duration("Longest wait", "Between two tries.", "30s"),
    max_elapsed_time: duration("Gives up after", "0 = never.", "5m"),
  }),
  id: advanced(text("Id", "Of the input operator.")),
  output: advanced(texts("Output", "Operators that come next.")),
};

export const multiline = group("Multi-line", "How a record of several lines ends.", {
  line_start_pattern: text("Begins with", "Regular expression of a record's first line."),
  line_end_pattern: text("Ends with", "Regular expression of a record's end."),
  omit_pattern: flag("Leave it out", "The text that matched.", false),
});
