import { DurableObject } from "cloudflare:workers";

export class Fleet extends DurableObject {
  async ping(): Promise<string> {
    return "pong";
  }
}
