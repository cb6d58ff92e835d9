/** An ordinary Node app; the EDOT agent is loaded before it with `node --import`. It ends when its stdin closes. */
import { createServer } from "node:http";

createServer((_, response) => response.end("ok")).listen(0, "127.0.0.1");
process.stdin.on("end", () => process.exit(0)).resume();
