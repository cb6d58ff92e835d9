/** When tests of commands take place, for the CLI and for the server that it talks to. */
export const nowMs = Date.parse("2026-11-21T10:00:00.000Z");
