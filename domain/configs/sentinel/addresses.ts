import { isIpv4, isIpv6 } from "../network.ts";
import type { ValueRule } from "./rules.ts";

/** What is wrong with an address to listen on, which is a number and a port, or with one to dial; null = nothing. */
export function addressProblem(
  type: ValueRule["type"],
  value: string,
): { code: string; message: string; hint: string } | null {
  if (type !== "port address" && type !== "host and port") return null;
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(value);
  const [, six, host, port] = parts ?? [];
  const ip = six !== undefined ? isIpv6(six) : isIpv4(host ?? "");
  if (type === "port address") {
    if (parts && ip && validPort(port)) return null;
    return {
      code: "bad_address",
      message: `"${value}" is not an IP address with a port.`,
      hint: 'Write `"0.0.0.0:8080"`, `"127.0.0.1:8080"` or `"[::]:8080"`.',
    };
  }
  const named = host !== undefined && /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?$/.test(host);
  if (parts && (ip || (six === undefined && named)) && validPort(port) && port !== "0") return null;
  return {
    code: "bad_target",
    message: `"${value}" is not HOST:PORT.`,
    hint: value.includes("://")
      ? 'Leave out the scheme: `"10.0.0.1:8080"`. TLS to a target is the upstream\'s `tls` block.'
      : 'Write `"10.0.0.1:8080"`, `"app.internal:8080"` or `"[::1]:8080"`.',
  };
}

const validPort = (port: string | undefined): boolean =>
  port !== undefined && port.length <= 5 && Number(port) <= 65_535;
