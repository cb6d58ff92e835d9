import { refuse } from "../../../domain/errors.ts";

/** Room for the largest config (512 Ki characters, escaped as JSON) and what stands around it. */
const defaultMaxBytes = 4 * 1024 * 1024;

/** Reads at most `maxBytes`, whatever the header says of the length. */
async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    refuse("payload_too_large", `The body may have at most ${maxBytes} bytes. Send less.`);
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(Buffer.concat(chunks));
  } catch {
    return refuse("malformed_body", "The body is not UTF-8. Send JSON as UTF-8.");
  }
}

export interface JsonBody {
  text: string;
  /** undefined when there is no body. */
  value: unknown;
}

export async function readJson(request: Request, maxBytes = defaultMaxBytes): Promise<JsonBody> {
  const text = await readText(request, maxBytes);
  if (text.trim() === "") return { text, value: undefined };
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    refuse("unsupported_media_type", "The body must be JSON. Send `Content-Type: application/json`.");
  }
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    // Without the piece of the body that it quotes: that may be a secret.
    const why = told.replace(/, (?:\.\.\.)?"[\s\S]*$/, "");
    return refuse("malformed_body", `The body is not JSON: ${why}. Correct it and send it again.`);
  }
}
