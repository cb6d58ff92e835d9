/** A typed attachment, 16,384 bytes at most: what the platform keeps beside a hibernated socket. Throws beyond that. */
export function writeAttachment<T>(socket: WebSocket, attachment: T): void {
  socket.serializeAttachment(attachment);
}

export function readAttachment<T>(socket: WebSocket): T | null {
  return socket.deserializeAttachment() as T | null;
}

/** 1004–1006 and 1015 are never sent on the wire, and the runtime refuses to close with them. */
export function isReservedCloseCode(code: number): boolean {
  return code < 1000 || (code >= 1004 && code <= 1006) || code === 1015 || code > 4999;
}

/** Closes a socket that may be closed already. A reason may have 123 bytes. */
export function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(isReservedCloseCode(code) ? 1000 : code, reason.slice(0, 120));
  } catch {
    // Closed by the other side in the meantime: that is what was wanted.
  }
}

/** False when the socket is gone; its close event follows by itself. */
export function sendQuietly(socket: WebSocket, data: string | ArrayBuffer | ArrayBufferView): boolean {
  try {
    socket.send(data);
    return true;
  } catch {
    return false;
  }
}
