import type { FastifyInstance, FastifyReply } from "fastify";
import type { ServedModel } from "../../api/served-models.ts";
import { type Answering, answerRequest } from "./answer-request.ts";
import { refuse } from "./api-error.ts";
import { readChatBody } from "./chat-body.ts";
import { readCompletionBody } from "./completion-body.ts";
import { CHAT_SHAPE, COMPLETION_SHAPE } from "./endpoint-shape.ts";

/** Path → the method it takes; for the answer to any other. */
export const ROUTES: ReadonlyMap<string, "GET" | "POST"> = new Map([
  ["/health", "GET"], ["/metrics", "GET"], ["/v1/models", "GET"], ["/v1/completions", "POST"], ["/v1/chat/completions", "POST"],
]);

export interface RouteContext {
  readonly answering: Answering;
  isDraining(): boolean;
  signalOf(reply: FastifyReply): AbortSignal;
}

export function addApiRoutes(app: FastifyInstance, { answering, isDraining, signalOf }: RouteContext): void {
  const { service, metrics } = answering;

  app.get<{ Querystring: Record<string, unknown> }>("/health", async (request, reply) => {
    const isReady = !isDraining() && !service.isFull();
    const status = isDraining() ? "draining" : isReady ? "ok" : "full";
    // Alive is one question, ready for a request another: only the second may take a server out of rotation.
    return reply.code("ready" in request.query && !isReady ? 503 : 200).send({ status });
  });
  app.get("/metrics", async (_request, reply) => reply.type("text/plain; version=0.0.4; charset=utf-8").send(metrics.text(await service.state())));

  app.get("/v1/models", async (_request, reply) => reply.send({ object: "list", data: (await service.models()).map(modelObject) }));
  app.get<{ Params: { readonly "*": string } }>("/v1/models/*", async (request, reply) => {
    const id = request.params["*"];
    const model = (await service.models()).find((served) => served.id === id || served.storeId === id);
    if (model === undefined) throw refuse(404, "model_not_found", "model", `The model ${JSON.stringify(id.slice(0, 200))} is not served here. GET /v1/models lists what is`);
    return reply.send(modelObject(model));
  });

  app.post("/v1/completions", async (request, reply) => answerRequest(answering, readCompletionBody(request.body), COMPLETION_SHAPE, { reply, signal: signalOf(reply) }));
  app.post("/v1/chat/completions", async (request, reply) => answerRequest(answering, readChatBody(request.body), CHAT_SHAPE, { reply, signal: signalOf(reply) }));
}

/** max_model_len as vLLM has it: evaluation tools and front ends read it. */
function modelObject({ id, createdMs, contextTokens }: ServedModel): object {
  return { id, object: "model", created: Math.floor(createdMs / 1000), owned_by: "sallyport", max_model_len: contextTokens };
}
