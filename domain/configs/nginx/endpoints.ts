import type { Finding, Findings } from "../findings.ts";
import { isIpv4, isIpv6 } from "../network.ts";
import type { Visited } from "./check.ts";
import type { Word } from "./parse.ts";

const portOf = (address: string): string | null =>
  /^(?:\[[^\]]*\]|[^:[\]]*):([^:]*)$/.exec(address)?.[1] ?? null;
const validPort = (port: string): boolean =>
  /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;

export function checkUpstreamServer({ directive: { args }, path }: Visited, findings: Findings): void {
  const [address, ...rest] = args;
  if (!address || address.unknown) return;
  if (address.text.includes("://")) {
    findings.add({
      code: "bad_address",
      message: `"${address.text.slice(0, 60)}" is an address with a scheme.`,
      at: address.at,
      path,
      hint: "Write only the host and the port.",
    });
  } else if (!address.text.startsWith("unix:")) {
    const port = portOf(address.text);
    if (port !== null && !validPort(port)) {
      findings.add(badPort(port, address, path));
    }
  }
  for (const one of rest) {
    if (
      one.unknown ||
      /^(?:weight=[1-9]\d*|max_fails=\d+|max_conns=\d+|fail_timeout=\w+|slow_start=\w+|route=.+|service=.+|backup|down|drain|resolve)$/.test(
        one.text,
      )
    )
      continue;
    findings.add({
      code: "bad_parameter",
      message: `"${one.text.slice(0, 60)}" is not a parameter of a server.`,
      at: one.at,
      path,
      hint: "Use weight=, max_fails=, fail_timeout=, max_conns=, backup or down.",
    });
  }
}

const badPort = (port: string, { at }: Word, path: string): Finding => ({
  code: "bad_port",
  message: `"${port.slice(0, 60)}" is not a port.`,
  at,
  path,
  hint: "Use a number from 1 to 65535.",
});

export function normalizeListen(text: string): string {
  const lower = text.toLowerCase();
  if (/^\d+$/.test(lower)) return `0.0.0.0:${lower}`;
  if (lower.startsWith("*:")) return `0.0.0.0:${lower.slice(2)}`;
  if (isIpv4(lower) || /^\[[^\]]*\]$/.test(lower)) return `${lower}:80`;
  return lower;
}

export function checkListen({ directive: { args }, path }: Visited, findings: Findings): void {
  const [address] = args;
  if (!address || address.unknown || address.text.startsWith("unix:")) return;
  const range = /^(?:(.*):)?(\d+)-(\d+)$/.exec(address.text);
  const text = range ? `${range[1] === undefined ? "" : `${range[1]}:`}${range[2]}` : address.text;
  const port = /^\d+$/.test(text) ? text : portOf(text);
  if (port !== null && !validPort(port)) {
    findings.add(badPort(port, address, path));
    return;
  }
  const host = port === text ? "" : port === null ? text : text.slice(0, text.length - port.length - 1);
  const six = /^\[(.*)\]$/.exec(host)?.[1];
  const digits = /^[\d.]+$/.test(host);
  if ((six !== undefined && !isIpv6(six)) || (digits && !isIpv4(host))) {
    findings.add({
      code: "bad_address",
      message: `"${host.slice(0, 60)}" is not an IP address.`,
      at: address.at,
      path,
      hint: "Write `listen 127.0.0.1:8080;` or `listen [::]:8080;`.",
    });
  }
  for (const option of args.slice(1)) {
    if (
      option.unknown ||
      /^(?:default_server|default|ssl|http2|quic|spdy|proxy_protocol|deferred|bind|reuseport|udp|setfib=.+|fastopen=\d+|backlog=\d+|rcvbuf=.+|sndbuf=.+|accept_filter=.+|ipv6only=(?:on|off)|so_keepalive=.+|multipath)$/.test(
        option.text,
      )
    )
      continue;
    findings.add({
      code: "bad_parameter",
      message: `"${option.text.slice(0, 60)}" is not a parameter of listen.`,
      at: option.at,
      path,
      hint: "Use default_server, ssl, http2, quic, proxy_protocol, reuseport, backlog= and the like.",
    });
  }
}

export function checkProxyPass({ directive: { args }, path }: Visited, findings: Findings): void {
  const [url] = args;
  if (!url || url.unknown || url.text.includes("$")) return;
  const parts = /^https?:\/\/([^/]*)/i.exec(url.text);
  if (!parts) {
    findings.add({
      code: "bad_url",
      message: `"${url.text.slice(0, 60)}" does not begin with http:// or https://.`,
      at: url.at,
      path,
      hint: `Write \`proxy_pass http://${url.text.slice(0, 60).replace(/^\w*:\/*/, "")};\`.`,
    });
    return;
  }
  const port = portOf(parts[1] ?? "");
  if (parts[1]?.startsWith("unix:") || port === null || validPort(port)) return;
  findings.add({
    code: "bad_port",
    message: `"${port.slice(0, 60)}" is not a port.`,
    at: url.at,
    path,
    hint: "Use a number from 1 to 65535.",
  });
}
