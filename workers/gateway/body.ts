import { limits } from "../../protocol/opamp/limits.ts";

/** The body is larger than `limits.messageBytes`, as sent or unpacked. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** The body cannot be unpacked; the message says why. */
export class BodyUnreadableError extends Error {
  override readonly name = "BodyUnreadableError";
}

/** The body's bytes, unpacked when it is gzip. Reads no further than the limit, so that a small bomb stays small. */
export async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    throw new BodyUnreadableError(`The content encoding "${encoding}" is not known: send gzip or none`);
  }
  if (Number(request.headers.get("content-length") ?? 0) > limits.messageBytes) throw new BodyTooLargeError();
  if (!request.body) return new Uint8Array();
  const stream =
    encoding === "gzip" ? request.body.pipeThrough(new DecompressionStream("gzip")) : request.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as ReadableStream<Uint8Array>) {
      size += chunk.byteLength;
      if (size > limits.messageBytes) throw new BodyTooLargeError();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw error;
    throw new BodyUnreadableError("The body cannot be read: it is not what content-encoding says");
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
