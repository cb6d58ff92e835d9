import type { AgentToServer } from "../../protocol/opamp/opamp_pb.js";
import { hiddenText } from "./secrets.ts";

/** A value of a label that is not longer is left as it is: selectors go by it, and it is rather a word than a secret. */
const shortLabelChars = 8;

/** Of a protobuf message: what names a thing, or a type. */
const names: ReadonlySet<string> = new Set(["$typeName", "case", "key", "name"]);
const none: ReadonlySet<string> = new Set();

/**
 * Masks secrets in all that an agent says and that may be kept, compared, logged or shown, before any of it is read. Of
 * what is already masked nothing changes.
 */
export function maskReport(message: AgentToServer, mask: (text: string) => string): void {
  const { agentDescription, health, remoteConfigStatus, packageStatuses, connectionSettingsStatus } = message;
  maskStrings([health, remoteConfigStatus, packageStatuses, connectionSettingsStatus], names, mask);
  let isHidden = false;
  maskStrings([agentDescription], names, (text) => {
    const masked = text.length > shortLabelChars ? mask(text) : text;
    isHidden ||= masked === hiddenText;
    return masked;
  });
  // Hidden labels match other selectors than those that are known: they stay as they are.
  if (isHidden) delete message.agentDescription;
  for (const file of Object.values(message.effectiveConfig?.configMap?.configMap ?? {})) {
    file.body = maskBytes(file.body, mask);
  }
  if (message.customMessage) message.customMessage.data = maskJson(message.customMessage.data, mask);
}

/** Every string within, but those of these fields; without recursion, since agents say how deep it goes. */
function maskStrings(
  values: readonly unknown[],
  except: ReadonlySet<string>,
  mask: (text: string) => string,
): void {
  const open: object[] = values.filter(
    (value): value is object => typeof value === "object" && value !== null,
  );
  for (let one = open.pop(); one; one = open.pop()) {
    for (const [key, value] of Object.entries(one)) {
      if (typeof value === "string") {
        if (except.has(key)) continue;
        const masked = mask(value);
        if (masked !== value) Reflect.set(one, key, masked);
      } else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) open.push(value);
    }
  }
}

function maskBytes(bytes: Uint8Array, mask: (text: string) => string): Uint8Array {
  for (const text of readings(bytes)) {
    const masked = mask(text);
    if (masked !== text) return new TextEncoder().encode(masked);
  }
  return bytes;
}

/**
 * Bytes that are no UTF-8 as a whole are read as such without the wrong ones, then one by one; and without zeros, which
 * stand between the letters of UTF-16.
 */
function readings(bytes: Uint8Array): string[] {
  const texts = plainReadings(bytes);
  return bytes.includes(0) ? [...texts, ...texts.map((text) => text.replaceAll("\0", ""))] : texts;
}

function plainReadings(bytes: Uint8Array): string[] {
  try {
    return [new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)];
  } catch {
    return [
      new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytes),
      Buffer.from(bytes).toString("latin1"),
    ];
  }
}

/** What is no JSON is read by nobody. */
function maskJson(data: Uint8Array, mask: (text: string) => string): Uint8Array {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(data));
  } catch {
    return data;
  }
  const holder = { parsed };
  maskStrings([holder], none, mask);
  return new TextEncoder().encode(JSON.stringify(holder.parsed));
}
