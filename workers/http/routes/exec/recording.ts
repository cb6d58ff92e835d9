import { z } from "zod";
import { recording } from "../../../services/exec/recording.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";
import { bytesOf } from "../../streams.ts";

const castType = "application/x-asciicast";

export const getExecRecordingRoute = route({
  method: "get",
  path: "/v1/exec-sessions/{stream}/recording",
  operationId: "getExecRecording",
  tag: "Exec",
  summary: "What a recorded session showed, as an asciicast (version 2)",
  description: "Kept for 30 days. The read is audited.",
  access: "exec.read",
  params: z.object({ stream: idParam("stream") }),
  kind: "file",
  media: [castType],
  handle: async ({ ctx, params }) => {
    const body = bytesOf(await recording({ ctx, input: params }));
    return new Response(body, {
      headers: {
        "content-type": castType,
        "content-disposition": `attachment; filename="${params.stream}.cast"`,
        "cache-control": "no-store",
      },
    });
  },
});
