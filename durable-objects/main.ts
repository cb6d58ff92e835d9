export { Fleet } from "./fleet/fleet.ts";

export default {
  /** This Worker only owns classes; it has no address of its own. */
  async fetch(): Promise<Response> {
    return new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler;
