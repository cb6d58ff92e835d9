import { grpcServer, httpServer, multiline, scraping, stanza, tlsServer } from "../common-settings.ts";
import { type ComponentType, contribDocs, coreDocs, signals } from "../component.ts";
import {
  advanced,
  choice,
  duration,
  flag,
  group,
  integer,
  list,
  map,
  type Properties,
  record,
  type Schema,
  text,
  texts,
} from "../schema.ts";
import { kafkaReceiver } from "./kafka.ts";
import { scrapeConfig, scrapeGlobals } from "./prometheus-scrape.ts";

const otlp: ComponentType = {
  role: "receiver",
  type: "otlp",
  title: "OTLP",
  summary: "Takes traces, metrics, logs and profiles over OTLP, by gRPC and HTTP.",
  documentation: coreDocs("receiver/otlpreceiver"),
  signals,
  connects: [],
  schema: group(
    "OTLP receiver",
    "Listens for OTLP.",
    {
      protocols: group(
        "Protocols",
        "What it listens for; those that are left out are off.",
        {
          grpc: group("gRPC", "OTLP over gRPC.", {
            ...grpcServer,
            endpoint: text("Listens on", "HOST:PORT.", { format: "host-port", default: "localhost:4317" }),
          }),
          http: group("HTTP", "OTLP over HTTP.", {
            ...httpServer,
            endpoint: text("Listens on", "HOST:PORT.", { format: "host-port", default: "localhost:4318" }),
            traces_url_path: advanced(text("Path of traces", "Of the URL.", { default: "/v1/traces" })),
            metrics_url_path: advanced(text("Path of metrics", "Of the URL.", { default: "/v1/metrics" })),
            logs_url_path: advanced(text("Path of logs", "Of the URL.", { default: "/v1/logs" })),
            profiles_url_path: advanced(
              text("Path of profiles", "Of the URL.", { default: "/v1development/profiles" }),
            ),
          }),
        },
        { anyOf: [{ required: ["grpc"] }, { required: ["http"] }] },
      ),
    },
    { required: ["protocols"] },
  ),
  example: "protocols:\n  grpc:\n    endpoint: 0.0.0.0:4317\n  http:\n    endpoint: 0.0.0.0:4318\n",
};

const matchType = choice("Match", "How the list is compared.", ["strict", "regexp"]);
const matching = (key: string, title: string): Schema =>
  group(title, "Which ones.", { [key]: texts(title, "Names or patterns."), match_type: matchType });
const scraper = (title: string, settings: Properties = {}): Schema =>
  group(title, "What is read.", {
    ...settings,
    metrics: advanced(
      map("Metrics", "Each may be switched on or off.", {
        type: ["object", "null"],
        additionalProperties: true,
        properties: { enabled: flag("Enabled", "Report it.") },
      }),
    ),
    resource_attributes: advanced(map("Resource attributes", "Each may be switched on or off.", {})),
  });
const muted = (name: string): Schema => advanced(flag(`Mute errors: ${name}`, "Of processes.", false));

const hostmetrics: ComponentType = {
  role: "receiver",
  type: "hostmetrics",
  aliases: ["host_metrics"],
  title: "Host metrics",
  summary: "Reads CPU, memory, disks, network and processes of the host it runs on.",
  documentation: contribDocs("receiver/hostmetricsreceiver"),
  signals: ["metrics", "logs"],
  connects: [],
  schema: group(
    "Host metrics receiver",
    "Reads the host.",
    {
      ...scraping,
      root_path: text("Root path", "Where the host's file system is mounted, inside a container."),
      metadata_collection_interval: advanced(duration("Entity interval", "Between entity events.", "5m")),
      scrapers: group("Scrapers", "What is read.", {
        cpu: scraper("CPU"),
        disk: scraper("Disks", {
          include: matching("devices", "Devices"),
          exclude: matching("devices", "Devices left out"),
        }),
        filesystem: scraper("File systems", {
          include_devices: matching("devices", "Devices"),
          exclude_devices: matching("devices", "Devices left out"),
          include_fs_types: matching("fs_types", "Types"),
          exclude_fs_types: matching("fs_types", "Types left out"),
          include_mount_points: matching("mount_points", "Mount points"),
          exclude_mount_points: matching("mount_points", "Mount points left out"),
          include_virtual_filesystems: flag("Virtual ones too", "Such as tmpfs.", false),
        }),
        load: scraper("Load", { cpu_average: flag("Per CPU", "Divide by the number of CPUs.", false) }),
        memory: scraper("Memory"),
        network: scraper("Network", {
          include: matching("interfaces", "Interfaces"),
          exclude: matching("interfaces", "Interfaces left out"),
        }),
        nfs: scraper("NFS"),
        paging: scraper("Paging"),
        process: scraper("Processes, each", {
          include: matching("names", "Processes"),
          exclude: matching("names", "Processes left out"),
          mute_process_all_errors: muted("all"),
          mute_process_name_error: muted("name"),
          mute_process_exe_error: muted("executable"),
          mute_process_io_error: muted("I/O"),
          mute_process_user_error: muted("user"),
          mute_process_cgroup_error: muted("cgroup"),
          scrape_process_delay: duration("Least age", "Of a process.", "0s"),
        }),
        processes: scraper("Processes, counted"),
        system: scraper("System"),
      }),
    },
    { required: ["scrapers"] },
  ),
  example: "collection_interval: 30s\nscrapers:\n  cpu:\n  memory:\n  load:\n  filesystem:\n  network:\n",
};

const size = (title: string, help: string, byDefault: string): Schema => ({
  type: ["string", "integer"],
  title,
  description: `${help} Bytes, or with a unit such as 1MiB.`,
  default: byDefault,
});

const filelog: ComponentType = {
  role: "receiver",
  type: "filelog",
  aliases: ["file_log"],
  title: "Log files",
  summary: "Follows log files and parses their lines.",
  documentation: contribDocs("receiver/filelogreceiver"),
  signals: ["logs"],
  connects: [],
  schema: group(
    "Log file receiver",
    "Follows files.",
    {
      include: texts("Files", "Glob patterns, such as /var/log/*.log.", { minItems: 1 }),
      exclude: texts("Files left out", "Glob patterns."),
      start_at: choice("Start at", "Of files that are found at the start.", ["beginning", "end"], "end"),
      ...stanza,
      multiline,
      include_file_name: flag("File's name", "As attribute log.file.name.", true),
      include_file_path: flag("File's path", "As attribute log.file.path.", false),
      include_file_name_resolved: advanced(flag("File's name, resolved", "Without links.", false)),
      include_file_path_resolved: advanced(flag("File's path, resolved", "Without links.", false)),
      include_file_owner_name: advanced(flag("File's owner", "As an attribute.", false)),
      include_file_owner_group_name: advanced(flag("File's group", "As an attribute.", false)),
      include_file_permissions: advanced(flag("File's permissions", "As an attribute.", false)),
      include_file_record_number: advanced(flag("Record number", "As an attribute.", false)),
      include_file_record_offset: advanced(flag("Record offset", "As an attribute.", false)),
      encoding: text("Encoding", "Of the files.", { default: "utf-8" }),
      compression: advanced(choice("Compression", "Of the files.", ["", "gzip", "auto"])),
      poll_interval: advanced(duration("Poll interval", "Between two looks at the folder.", "200ms")),
      exclude_older_than: advanced(duration("Leave out older than", "By the time of the last change.")),
      force_flush_period: advanced(duration("Flush after", "A line that has no end yet.", "500ms")),
      fingerprint_size: advanced(size("Fingerprint", "By which a file is known again.", "1kb")),
      initial_buffer_size: advanced(size("First buffer", "Grows as needed.", "16KiB")),
      max_log_size: advanced(size("Longest record", "Longer ones are cut.", "1MiB")),
      max_log_size_behavior: advanced(
        choice("Longer records", "What becomes of them.", ["split", "truncate"], "split"),
      ),
      max_concurrent_files: advanced(integer("Files at a time", "At most.", { default: 1024, minimum: 2 })),
      max_batches: advanced(integer("Batches", "Per poll; 0 = no limit.", { default: 0, minimum: 0 })),
      delete_after_read: advanced(flag("Delete after reading", "Needs start_at: beginning.", false)),
      acquire_fs_lock: advanced(flag("Lock files", "While reading.", false)),
      polls_to_archive: advanced(integer("Polls to archive", "Of files that are gone.", { minimum: 0 })),
      on_truncate: advanced(text("On truncation", "Of a file that was copied and emptied.")),
      file_cache_advise: advanced(flag("Free the page cache", "Of what was read.", false)),
      preserve_leading_whitespaces: advanced(flag("Keep leading blanks", "Of each record.", false)),
      preserve_trailing_whitespaces: advanced(flag("Keep trailing blanks", "Of each record.", false)),
      header: advanced(
        group("Header", "Lines at a file's beginning that describe it.", {
          pattern: text("Pattern", "Of each header line."),
          metadata_operators: list("Operators", "That parse it.", { type: "object" }),
        }),
      ),
      ordering_criteria: advanced(
        group("Order", "Of the files, when only some are followed.", {
          regex: text("Pattern", "With named groups."),
          group_by: text("Group by", "Pattern with named groups."),
          top_n: integer("First", "So many are followed.", { minimum: 1 }),
          sort_by: list(
            "Sort by",
            "In order.",
            record({
              regex_key: text("Group", "Of the pattern."),
              sort_type: choice("Sort", "How.", ["numeric", "alphabetical", "timestamp", "mtime"]),
              ascending: flag("Ascending", "Smallest first."),
              location: text("Time zone", "Of timestamps."),
              layout: text("Layout", "Of timestamps, strptime."),
            }),
          ),
        }),
      ),
    },
    { required: ["include"] },
  ),
  example: "include: [/var/log/app/*.log]\nstart_at: end\noperators:\n  - type: json_parser\n",
};

const prometheus: ComponentType = {
  role: "receiver",
  type: "prometheus",
  title: "Prometheus",
  summary: "Scrapes metrics as Prometheus does, from its scrape_configs.",
  documentation: contribDocs("receiver/prometheusreceiver"),
  signals: ["metrics"],
  connects: [],
  schema: group(
    "Prometheus receiver",
    "Scrapes targets.",
    {
      config: group("Config", "A part of Prometheus' own.", {
        global: scrapeGlobals,
        scrape_configs: list("Scrape jobs", "What is scraped.", scrapeConfig),
        scrape_config_files: advanced(texts("Scrape job files", "Glob patterns.")),
        otlp: advanced(map("OTLP", "Translation.", {})),
        runtime: advanced(map("Runtime", "Of Go.", {})),
        storage: advanced(map("Storage", "Of exemplars.", {})),
        tracing: advanced(map("Tracing", "Of scrapes.", {})),
      }),
      target_allocator: advanced(
        group("Target allocator", "Shares targets among collectors.", {
          ...httpServer,
          endpoint: text("Endpoint", "Its URL."),
          interval: duration("Interval", "Between two questions.", "30s"),
          collector_id: text("Collector's id", "Unique."),
          http_sd_config: map("HTTP discovery", "Prometheus' settings.", {}),
          http_scrape_config: map("HTTP client", "Prometheus' settings.", {}),
          headers: map("Headers", "Sent with each request.", { type: "string", "x-muster-secret": true }),
          timeout: duration("Timeout", "Of a request."),
        }),
      ),
      trim_metric_suffixes: advanced(flag("Trim suffixes", "Such as _total.", false)),
      use_start_time_metric: advanced(flag("Start time metric", "Use it for counters.", false)),
      start_time_metric_regex: advanced(text("Start time pattern", "Of that metric's name.")),
      report_extra_scrape_metrics: advanced(flag("Extra metrics", "About the scrapes.", false)),
      skip_offset_seeding: advanced(flag("No offset seeding", "Scrape at the same moments.", false)),
      ignore_metadata: advanced(flag("Ignore metadata", "Of metrics.", false)),
      api_server: advanced(
        group("API server", "Prometheus' own pages.", {
          enabled: flag("Enabled", "Serve them.", false),
          server_config: group("Server", "Where.", httpServer),
          max_connections: integer("Connections", "At most.", { minimum: 0 }),
        }),
      ),
    },
    { anyOf: [{ required: ["config"] }, { required: ["target_allocator"] }] },
  ),
  example:
    "config:\n  scrape_configs:\n    - job_name: app\n      scrape_interval: 30s\n      static_configs:\n        - targets: [127.0.0.1:9100]\n",
};

const listener = (settings: Properties): Properties => ({
  listen_address: text("Listens on", "HOST:PORT.", { format: "host-port" }),
  ...settings,
  encoding: advanced(text("Encoding", "Of messages.", { default: "utf-8" })),
  multiline: advanced(multiline),
  add_attributes: advanced(flag("Connection attributes", "Such as net.peer.ip.", false)),
  one_log_per_packet: advanced(flag("One record per packet", "Do not split.", false)),
  preserve_leading_whitespaces: advanced(flag("Keep leading blanks", "Of each record.", false)),
  preserve_trailing_whitespaces: advanced(flag("Keep trailing blanks", "Of each record.", false)),
});

const syslog: ComponentType = {
  role: "receiver",
  type: "syslog",
  title: "Syslog",
  summary: "Takes syslog messages over TCP or UDP.",
  documentation: contribDocs("receiver/syslogreceiver"),
  signals: ["logs"],
  connects: [],
  schema: group(
    "Syslog receiver",
    "Listens for syslog.",
    {
      protocol: choice("Format", "Of the messages.", ["rfc3164", "rfc5424"]),
      tcp: group(
        "TCP",
        "Listens over TCP.",
        listener({
          max_log_size: advanced(size("Longest record", "Longer ones are cut.", "1MiB")),
          tls: tlsServer,
        }),
        { required: ["listen_address"] },
      ),
      udp: group(
        "UDP",
        "Listens over UDP.",
        listener({
          async: advanced(
            group("Asynchronous", "Reads and works at the same time.", {
              readers: integer("Readers", "How many.", { default: 1, minimum: 1 }),
              processors: integer("Processors", "How many.", { default: 1, minimum: 1 }),
              max_queue_length: integer("Queue", "At most.", { default: 100, minimum: 1 }),
            }),
          ),
        }),
        { required: ["listen_address"] },
      ),
      location: text("Time zone", "Of RFC 3164 times.", { default: "UTC" }),
      enable_octet_counting: advanced(flag("Octet counting", "RFC 6587, over TCP.", false)),
      max_octets: advanced(integer("Octets", "At most.", { minimum: 0 })),
      allow_skip_pri_header: advanced(flag("Without PRI too", "Take messages that have none.", false)),
      non_transparent_framing_trailer: advanced(choice("Trailer", "RFC 6587, over TCP.", ["LF", "NUL"])),
      on_error: advanced(text("On error", "What becomes of a message that is not understood.")),
      ...stanza,
    },
    { required: ["protocol"], anyOf: [{ required: ["tcp"] }, { required: ["udp"] }] },
  ),
  example: "protocol: rfc5424\ntcp:\n  listen_address: 0.0.0.0:54526\n",
};

export const receivers: readonly ComponentType[] = [
  otlp,
  hostmetrics,
  filelog,
  prometheus,
  kafkaReceiver,
  syslog,
];
