/** `node relay.mjs <socket>=<port> …`: what connects to 127.0.0.1:<port> here is handed to the socket, which knows no network. */
import { connect, createServer } from "node:net";

for (const pair of process.argv.slice(2)) {
  const at = pair.lastIndexOf("=");
  const [path, port] = [pair.slice(0, at), Number(pair.slice(at + 1))];
  createServer((near) => {
    const far = connect(path);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      one.on("error", () => other.destroy());
      one.pipe(other);
    }
  }).listen(port, "127.0.0.1");
}
process.stdin.resume().once("end", () => process.exit(0));
