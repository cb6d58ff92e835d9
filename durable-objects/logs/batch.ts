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
  sources: string[];
  /** Of log text; where it takes more packed than text and its form need, that. What quota and bill go by. */
  bytes: number;
  /** What it took to look into it. */
  unpackedBytes: number;
}

/** Whatever an agent may pack into so few bytes. */
const maxUnpackedBytes = 8 * shipLimits.batchBytes;
/** Packed, what is no text takes so much: of a batch, and of each line. */
const formBytes = { batch: 256, line: 16 };

/** Reads a frame of an agent. Unpacks no further than the limit, so that a small bomb stays small. Throws a BatchError. */
export async function readBatch(packed: Uint8Array): Promise<Batch> {
  if (packed.byteLength > shipLimits.frameBytes) {
    throw new BatchError(`a batch has at most ${shipLimits.frameBytes} bytes, packed`);
  }
  const { text: whole, size: unpackedBytes } = await unpack(packed);
  const [first, ...rest] = whole.trimEnd().split("\n");
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
  const sources = [...new Set([...lines.map(({ s }) => s), ...Object.keys(head.data.dropped)])];
  if (sources.length > shipLimits.sourcesPerBatch) {
    throw new BatchError(`a batch has at most ${shipLimits.sourcesPerBatch} sources`);
  }
  const encoder = new TextEncoder();
  // With its line end, as it would be in a file.
  const textBytes = lines.reduce((sum, { l }) => sum + encoder.encode(l).byteLength + 1, 0);
  if (textBytes > shipLimits.batchBytes + shipLimits.linesPerBatch) {
    throw new BatchError(`a batch has at most ${shipLimits.batchBytes} bytes of text`);
  }
  const bytes = Math.max(textBytes, packed.byteLength - formBytes.batch - formBytes.line * lines.length);
  return { ...head.data, lines, sources, bytes, unpackedBytes };
}

async function unpack(packed: Uint8Array): Promise<{ text: string; size: number }> {
  const source = new Blob([packed as Uint8Array<ArrayBuffer>]).stream();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    const unpacked = source.pipeThrough(new DecompressionStream("gzip"));
    for await (const chunk of unpacked as ReadableStream<Uint8Array>) {
      size += chunk.byteLength;
      if (size > maxUnpackedBytes)
        throw new BatchError(`a batch has at most ${maxUnpackedBytes} bytes, unpacked`);
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (error instanceof BatchError) throw error;
    throw new BatchError("a batch is packed with gzip");
  }
  return { text: text + decoder.decode(), size };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
