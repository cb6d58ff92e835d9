import { list, paged } from "../../api/queries.ts";

export const sessionsQuery = list("GET /v1/me/sessions", {});
export const eventsQuery = paged("GET /v1/me/events", {}, 20);
