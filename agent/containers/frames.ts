import type { Readable } from "node:stream";

/** A piece of a frame of the engine's stream, in which standard output and error travel together. */
export interface FramePiece {
  stream: "stdout" | "stderr";
  bytes: Buffer;
  /** The frame begins, or ends, with this piece. */
  first: boolean;
  last: boolean;
}

const headerBytes = 8;

/** Takes a stream of frames (channel, three zeros, length in four bytes, payload) apart without holding a frame back. */
export async function* framePieces(source: Readable): AsyncGenerator<FramePiece> {
  let header = Buffer.alloc(0);
  let left = 0;
  let first = true;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    let rest = chunk;
    while (rest.length > 0) {
      if (left === 0) {
        const wanted = headerBytes - header.length;
        header = Buffer.concat([header, rest.subarray(0, wanted)]);
        rest = rest.subarray(wanted);
        if (header.length < headerBytes) break;
        left = header.readUInt32BE(4);
        first = true;
        if (left === 0) header = Buffer.alloc(0);
        continue;
      }
      const bytes = rest.subarray(0, left);
      rest = rest.subarray(bytes.length);
      left -= bytes.length;
      yield { stream: header[0] === 2 ? "stderr" : "stdout", bytes, first, last: left === 0 };
      first = false;
      if (left === 0) header = Buffer.alloc(0);
    }
  }
}
