import type { CatalogueTemplate } from "../templates.ts";
import { hostAndPort, parameter, port } from "./parameter.ts";

const backend = parameter("backend", "Where to send it", "Address of an OTLP endpoint, as HOST:PORT.", {
  pattern: hostAndPort,
});
const insecure = parameter(
  "insecure",
  "Without TLS",
  "true sends in the clear: only within a network you trust.",
  {
    type: "boolean",
    default: "false",
  },
);
const memory = parameter("memory_mib", "Memory", "MiB that the collector may use before it refuses data.", {
  type: "number",
  default: "512",
});

export const collectorGateway: CatalogueTemplate = {
  name: "collector-gateway",
  kind: "otel-collector",
  title: "Collector as a gateway",
  description:
    "Takes traces, metrics and logs by OTLP from applications and other collectors, and sends them on in batches.",
  versions: [
    {
      parameters: [
        backend,
        insecure,
        port("grpc_port", "Port for gRPC", 4317),
        port("http_port", "Port for HTTP", 4318),
        memory,
      ],
      content: `# Takes OTLP and sends it on.
receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:\${param:grpc_port}
      http:
        endpoint: 0.0.0.0:\${param:http_port}

processors:
  # First, so that it can refuse data before memory is short.
  memory_limiter:
    check_interval: 1s
    limit_mib: \${param:memory_mib}
  # Last, so that it packs what is left.
  batch:
    timeout: 5s

exporters:
  otlp:
    endpoint: \${param:backend}
    tls:
      insecure: \${param:insecure}
    sending_queue:
      enabled: true
    retry_on_failure:
      enabled: true

service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp]
    metrics:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp]
    logs:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp]
`,
    },
  ],
};

export const collectorHost: CatalogueTemplate = {
  name: "collector-host",
  kind: "otel-collector",
  title: "Collector on a host",
  description:
    "Reads the host's CPU, memory, disks and network, marks them with the environment, and sends them on.",
  versions: [
    {
      parameters: [
        backend,
        insecure,
        parameter("interval", "How often", "Time between two readings.", {
          default: "30s",
          pattern: "[0-9]+(?:ms|s|m)",
        }),
        parameter("environment", "Environment", "Value of deployment.environment on every reading.", {
          default: "production",
        }),
        memory,
      ],
      content: `# Reads the host's own figures.
receivers:
  hostmetrics:
    collection_interval: \${param:interval}
    scrapers:
      cpu:
      load:
      memory:
      disk:
      filesystem:
      network:

processors:
  memory_limiter:
    check_interval: 1s
    limit_mib: \${param:memory_mib}
  resource:
    attributes:
      - key: deployment.environment
        value: \${param:environment}
        action: upsert
  batch:

exporters:
  otlp:
    endpoint: \${param:backend}
    tls:
      insecure: \${param:insecure}

service:
  pipelines:
    metrics:
      receivers: [hostmetrics]
      processors: [memory_limiter, resource, batch]
      exporters: [otlp]
`,
    },
  ],
};

export const collectorLogs: CatalogueTemplate = {
  name: "collector-logs",
  kind: "otel-collector",
  title: "Collector for log files",
  description: "Follows log files and sends each line on, marked with the service that wrote it.",
  versions: [
    {
      parameters: [
        backend,
        insecure,
        parameter("files", "Files", "JSON list of paths; * stands for any part of a name.", {
          type: "json",
          default: '["/var/log/*.log"]',
        }),
        parameter("service", "Service", "Value of service.name on every line."),
        memory,
      ],
      content: `# Follows log files.
receivers:
  filelog:
    include: \${param:files}
    start_at: end

processors:
  memory_limiter:
    check_interval: 1s
    limit_mib: \${param:memory_mib}
  resource:
    attributes:
      - key: service.name
        value: \${param:service}
        action: upsert
  batch:

exporters:
  otlp:
    endpoint: \${param:backend}
    tls:
      insecure: \${param:insecure}

service:
  pipelines:
    logs:
      receivers: [filelog]
      processors: [memory_limiter, resource, batch]
      exporters: [otlp]
`,
    },
  ],
};
