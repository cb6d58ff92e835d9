import { batchHead, type ShippedLine, shipLimits, shippedLine } from "../../protocol/custom/logs.ts";

/** The bytes are not a batch; in words for the agent's log. */
export class BatchError extends Error {
  override readonly name = "BatchError";
}

export interface Batch {
  run: string;
  batch: number;
  dropped: Record<string, number>;
  lines: ShippedLine[];
  /** Of log text. */
  bytes: number;
}

/** Whatever an agent may pack into so few bytes. */
const unpackedBytes = 8 * shipLimits.batchBytes;

/** Reads a frame of an agent. Unpacks no further than the limit, so that a small bomb stays small. Throws a BatchError. */
export async function readBatch(packed: Uint8Array): Promise<Batch> {
  if (packed.byteLength > shipLimits.frameBytes) {
    throw new BatchError(`a batch has at most ${shipLimits.frameBytes} bytes, packed`);
  }
  const [first, ...rest] = (await unpack(packed)).trimEnd().split("\n");
  const head = batchHead.safeParse(parse(first ?? ""));
  if (!head.success) throw new BatchError("a batch begins with its head");
  if (rest.length > shipLimits.linesPerBatch) {
    throw new BatchError(`a batch has at most ${shipLimits.linesPerBatch} lines`);
  }
  const lines = rest.map((text) => {
    const line = shippedLine.safeParse(parse(text));
    if (!line.success) throw new BatchError("a line of the batch cannot be read");
    return line.data;
  });
  const encoder = new TextEncoder();
  // With its line end, as it would be in a file.
  const bytes = lines.reduce((sum, { l }) => sum + encoder.encode(l).byteLength + 1, 0);
  if (bytes > shipLimits.batchBytes + shipLimits.linesPerBatch) {
    throw new BatchError(`a batch has at most ${shipLimits.batchBytes} bytes of text`);
  }
  return { ...head.data, lines, bytes };
}

async function unpack(packed: Uint8Array): Promise<string> {
  const source = new Blob([packed as Uint8Array<ArrayBuffer>]).stream();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    const unpacked = source.pipeThrough(new DecompressionStream("gzip"));
    for await (const chunk of unpacked as ReadableStream<Uint8Array>) {
      size += chunk.byteLength;
      if (size > unpackedBytes) throw new BatchError(`a batch has at most ${unpackedBytes} bytes, unpacked`);
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (error instanceof BatchError) throw error;
    throw new BatchError("a batch is packed with gzip");
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
