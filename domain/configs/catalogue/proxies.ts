import type { CatalogueTemplate } from "../templates.ts";
import { hostAndPort, parameter, port } from "./parameter.ts";

const first = parameter("server", "First server", "Address of the application, as HOST:PORT.", {
  default: "127.0.0.1:9001",
  pattern: hostAndPort,
});
const second = parameter("second_server", "Second server", "Another one of it; both get requests.", {
  default: "127.0.0.1:9002",
  pattern: hostAndPort,
});

export const haproxyBalancer: CatalogueTemplate = {
  name: "haproxy-load-balancer",
  kind: "haproxy",
  title: "HAProxy before two servers",
  description:
    "Shares HTTP requests between two servers, leaves out one that does not answer its health check.",
  versions: [
    {
      parameters: [
        port("port", "Port", 8080, "Where requests come in."),
        first,
        second,
        parameter("health_path", "Health check", "Path that answers 200 while a server is well.", {
          default: "/health",
          pattern: "/[A-Za-z0-9._/-]*",
        }),
        parameter("max_connections", "Connections", "How many at most at once.", {
          type: "number",
          default: "2000",
        }),
      ],
      content: `global
    maxconn \${param:max_connections}

defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend web
    bind :\${param:port}
    default_backend app

backend app
    balance roundrobin
    option httpchk GET \${param:health_path}
    server app1 \${param:server} check
    server app2 \${param:second_server} check
`,
    },
  ],
};

export const nginxProxy: CatalogueTemplate = {
  name: "nginx-reverse-proxy",
  kind: "nginx",
  title: "nginx before an application",
  description: "Passes requests to two servers of an application and tells them who asked.",
  versions: [
    {
      parameters: [
        port("port", "Port", 8080, "Where requests come in."),
        first,
        second,
        parameter("max_body", "Largest body", "What a request may bring at most, such as 10m.", {
          default: "10m",
          pattern: "[0-9]+[kmg]?",
        }),
      ],
      content: `worker_processes auto;

events {
    worker_connections 1024;
}

http {
    client_max_body_size \${param:max_body};

    upstream app {
        server \${param:server};
        server \${param:second_server};
    }

    server {
        listen \${param:port};

        location / {
            proxy_pass http://app;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
    }
}
`,
    },
  ],
};

export const caddySite: CatalogueTemplate = {
  name: "caddy-site",
  kind: "caddy",
  title: "Caddy before an application",
  description: "A site whose requests go to an application, packed, with a log.",
  versions: [
    {
      parameters: [
        parameter("site", "Site", "Its address: a host name, which gets a certificate by itself, or :PORT.", {
          default: ":8080",
          pattern: "[A-Za-z0-9.:_-]+",
        }),
        first,
      ],
      content: `\${param:site} {
	encode gzip
	reverse_proxy \${param:server}
	log
}
`,
    },
  ],
};

export const sentinelProxy: CatalogueTemplate = {
  name: "sentinel-reverse-proxy",
  kind: "sentinel-kdl",
  title: "Sentinel before an application",
  description: "One listener, one route for every path, and two servers that share its requests.",
  versions: [
    {
      parameters: [port("port", "Port", 8080, "Where requests come in."), first, second],
      content: `schema-version "1.0"

system {
    worker-threads 0
    max-connections 10000
}

listeners {
    listener "http" {
        address "0.0.0.0:\${param:port}"
        protocol "http"
    }
}

routes {
    route "default" {
        matches {
            path-prefix "/"
        }
        upstream "app"
    }
}

upstreams {
    upstream "app" {
        target "\${param:server}"
        target "\${param:second_server}"
        load-balancing "round_robin"
    }
}
`,
    },
  ],
};
