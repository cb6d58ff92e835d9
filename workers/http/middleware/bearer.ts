import { liveSubprotocol } from "../../../protocol/live/messages.ts";

/** From the header, or, for browsers' WebSockets, from the offered subprotocols. */
export function bearerOf(request: Request): string | undefined {
  const header = request.headers.get("authorization")?.match(/^Bearer\s+(\S+)$/i)?.[1];
  if (header) return header;
  const offered = (request.headers.get("sec-websocket-protocol") ?? "").split(",").map((one) => one.trim());
  if (!offered.includes(liveSubprotocol)) return undefined;
  return offered.find((one) => one.startsWith("bearer."))?.slice("bearer.".length);
}
