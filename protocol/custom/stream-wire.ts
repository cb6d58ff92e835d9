/** What a stream is on the wire, without the schemas of its messages: small enough for a browser. */

/** The first byte of a binary frame. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, control: 3 } as const;
export type Channel = (typeof channels)[keyof typeof channels];
export type DataChannel = Exclude<Channel, 3>;

/** Of one frame with its first byte. */
export const maxFrameBytes = 128 * 1024;
/** What may be on its way in one direction, of all data channels together, before the other side gives credit. */
export const windowBytes = 256 * 1024;
/** Credit is given each time so much was taken. */
export const creditEveryBytes = 32 * 1024;

/** Offered by viewers that cannot send headers, with `bearer.<ticket>` beside it. */
export const streamSubprotocol = "muster.stream.v1";
export const ticketSubprotocol = "bearer.";
/** Query parameter of a viewer that comes back: data bytes that it has already. */
export const receivedParameter = "received";
export const streamPath = (streamId: string): string => `/v1/streams/${streamId}`;

/** Close codes of a stream besides the standard ones. */
export const streamCloseCodes = {
  /** It has ended; an `exit` came before. */
  ended: 4000,
  /** Another viewer took its place. */
  replaced: 4001,
} as const;

/** One frame, of at most `maxFrameBytes`. */
export function frameOf(channel: Channel, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(data.byteLength + 1);
  frame[0] = channel;
  frame.set(data, 1);
  return frame;
}
