import type { CatalogueTemplate } from "../templates.ts";
import { hostAndPort, parameter, port } from "./parameter.ts";

export const prometheusScrape: CatalogueTemplate = {
  name: "prometheus-scrape",
  kind: "prometheus",
  title: "Prometheus for one job",
  description: "Reads the metrics of a list of addresses, marked with the environment.",
  versions: [
    {
      parameters: [
        parameter("job", "Job", "Name of what is read."),
        parameter("targets", "Targets", "JSON list of addresses, as HOST:PORT.", {
          type: "json",
          default: '["127.0.0.1:9100"]',
        }),
        parameter("interval", "How often", "Time between two readings.", {
          default: "30s",
          pattern: "[0-9]+(?:ms|s|m)",
        }),
        parameter("environment", "Environment", "Value of the label environment.", { default: "production" }),
      ],
      content: `global:
  scrape_interval: \${param:interval}
  external_labels:
    environment: \${param:environment}

scrape_configs:
  - job_name: \${param:job}
    static_configs:
      - targets: \${param:targets}
`,
    },
  ],
};

export const containerService: CatalogueTemplate = {
  name: "container-service",
  kind: "container",
  title: "A web service in a container",
  description: "One process behind a port, with limits, a health check, and its restart when it ends.",
  versions: [
    {
      parameters: [
        parameter("image", "Image", "Registry, name and tag; releases name it by digest.", {
          pattern: "[A-Za-z0-9._/:@-]+",
        }),
        port("container_port", "Port in the container", 8080, "Where the process listens."),
        port("host_port", "Port of the host", 8080, "Where requests come in."),
        parameter("memory", "Memory", "What it may use at most.", {
          default: "256Mi",
          pattern: "[0-9]+[KMG]i",
        }),
        parameter("cpu", "CPU", "Cores that it may use; 0.5 is half of one.", {
          type: "number",
          default: "0.5",
        }),
        parameter("health_path", "Health check", "Path that answers 200 while the service is well.", {
          default: "/",
          pattern: "/[A-Za-z0-9._/-]*",
        }),
      ],
      content: `image:
  ref: \${param:image}
processes:
  web:
    ports:
      - container: \${param:container_port}
        host: \${param:host_port}
    resources:
      memory: \${param:memory}
      cpu: \${param:cpu}
    restart: always
    health:
      http:
        path: \${param:health_path}
        port: \${param:container_port}
      intervalSeconds: 10
`,
    },
  ],
};

export const environmentFile: CatalogueTemplate = {
  name: "environment-file",
  kind: "file",
  title: "Environment of a service",
  description: "A file of NAME=value lines, with a password that is taken from the environment's secrets.",
  versions: [
    {
      parameters: [
        parameter("database", "Database", "Its address, as HOST:PORT.", {
          default: "127.0.0.1:5432",
          pattern: hostAndPort,
        }),
        parameter("log_level", "Log level", "How much the service tells.", {
          default: "info",
          pattern: "debug|info|warn|error",
        }),
        parameter("secret", "Secret", "Name of the environment's secret that holds the password.", {
          default: "DATABASE_PASSWORD",
          pattern: "[A-Za-z_][A-Za-z0-9_]*",
        }),
      ],
      content: `# Read by the service when it starts.
LOG_LEVEL=\${param:log_level}
DATABASE_ADDRESS=\${param:database}
DATABASE_PASSWORD=\${secret:\${param:secret}}
REGION=\${agent:region:-unknown}
`,
    },
  ],
};
