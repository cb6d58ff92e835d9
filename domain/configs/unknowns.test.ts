import { expect, it } from "vitest";
import { validate } from "./kinds.ts";

it.each([
  [
    "haproxy",
    "defaults\n mode http\n timeout connect ${var:T}\n timeout client 5s\n timeout server 5s\nfrontend web\n bind :${var:PORT}\n default_backend app\nbackend app\n server a ${agent:host}:80 weight ${var:W}\n",
  ],
  [
    "nginx",
    "worker_processes ${var:N};\nevents { worker_connections ${var:N}; }\nhttp { upstream a { server ${var:HOST}; }\nserver { listen ${var:PORT}; gzip ${var:GZIP}; client_max_body_size ${var:SIZE}; server_name ${agent:name}; location ${var:PATH} { proxy_pass ${var:URL}; } } }\n",
  ],
  [
    "caddy",
    "{\n\thttp_port ${var:PORT}\n}\n${var:SITE} {\n\treverse_proxy ${var:UP} {\n\t\tlb_policy ${var:LB}\n\t\tlb_try_duration ${var:T}\n\t}\n}\n",
  ],
  [
    "prometheus",
    "global:\n  scrape_interval: ${var:T}\n  external_labels:\n    region: ${agent:region}\nscrape_configs:\n  - job_name: ${var:JOB}\n    honor_labels: ${var:FLAG}\n    sample_limit: ${var:N}\n    basic_auth: {username: a, password: '${secret:PASSWORD}'}\nremote_write:\n  - url: ${var:URL}\n",
  ],
  [
    "sentinel-kdl",
    'system { worker-threads ${var:N}; daemon ${var:FLAG} }\nlisteners { listener "a" { address "${var:ADDRESS}"; protocol "${var:PROTOCOL}" } }\nroutes { route "a" { matches { path "${var:PATH}" }; upstream "${var:UP}" } }\nupstreams { upstream "b" { target "${agent:host}:80" } }\n',
  ],
])("finds no fault with values that are not known yet: %s", (kind, content) => {
  expect(validate(kind, content).filter(({ severity }) => severity === "error")).toEqual([]);
});

it.each([
  ["haproxy", "# ${var:}\n"],
  ["nginx", "# ${var:}\nevents {}\n"],
  ["caddy", "# ${var:}\n:8080 {\n}\n"],
  ["prometheus", "# ${var:}\nglobal: {}\n"],
  [
    "sentinel-kdl",
    '// ${var:}\nsystem {}\n/* ${var:} */\nlisteners { listener "a" { address "0.0.0.0:80" } }\n',
  ],
])("takes a broken placeholder in a comment for text: %s", (kind, content) => {
  expect(validate(kind, content).map(({ code }) => code)).not.toContain("bad_placeholder");
  expect(validate(kind, `\${var:}${content}`).map(({ code }) => code)).toContain("bad_placeholder");
});
