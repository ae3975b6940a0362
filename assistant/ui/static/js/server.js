// Talks to the functions that Gradio carries: `call` for one answer, `stream` for Gradio's queue of events.

export class ServerGone extends Error {}

const headers = { "Content-Type": "application/json" };
const address = (path) => new URL(`gradio_api/${path}`, new URL("./", location.href));

async function post(path, body, signal) {
  let response;
  try {
    response = await fetch(address(path), { method: "POST", headers, body: JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServerGone(String(error));
  }
  const after = Number(response.headers.get("Retry-After")) || null;
  if (response.status === 429) return { limited: true, after };
  if (response.status === 503 && after) return { busy: true, after };
  if (response.status === 401 || response.status === 403) return { denied: true };
  if ([400, 408, 413, 415, 422].includes(response.status)) return { wrong: true };
  if (!response.ok) throw new ServerGone(`${path} answered ${response.status}`);
  return response.json();
}

const refused = (reply) => {
  if (reply.limited) return { type: "error", code: "limit", after: reply.after };
  if (reply.busy) return { type: "error", code: "busy", after: reply.after };
  if (reply.wrong) return { type: "error", code: "failed" };
  return reply.denied ? { type: "error", code: "key" } : null;
};

/** The one answer of the function `name`. */
export async function call(name, ...data) {
  const reply = await post(`run/${name}`, { data });
  return refused(reply) ?? reply.data[0];
}

/** Every event of the function `name`, one by one; ends early when `signal` is aborted. */
export async function* stream(name, data, signal) {
  const joined = await post(`call/${name}`, { data }, signal);
  const refusal = refused(joined);
  if (refusal) {
    yield refusal;
    return;
  }
  const response = await fetch(address(`call/${name}/${joined.event_id}`), { signal }).catch((error) => {
    throw error.name === "AbortError" ? error : new ServerGone(String(error));
  });
  let finished = false;
  for await (const { event, data: text } of events(response)) {
    if (event === "error") {
      // A server that is being stopped ends its answers as failed ones.
      if ((await health()) === "gone") throw new ServerGone("the server was stopped");
      yield { type: "error", code: "failed" };
      return;
    }
    finished ||= event === "complete";
    if (event === "generating") yield JSON.parse(text)[0];
  }
  if (!finished) throw new ServerGone("the stream ended early");
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (true) {
    const { done, value } = await reader.read().catch((error) => {
      throw error.name === "AbortError" ? error : new ServerGone(String(error));
    });
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { event: "message", data: "" };
      for (const line of block.split("\n")) {
        const [, name, text] = line.match(/^(event|data): ?(.*)$/) ?? [];
        if (name) event[name] = text;
      }
      yield event;
    }
  }
}

/** Whether the server answers, and whether it is ready to: "ready", "loading" or "gone". */
export async function health() {
  try {
    const response = await fetch(new URL("readyz", new URL("./", location.href)), { cache: "no-store" });
    if (response.ok || response.status === 404) return "ready";
    return response.status === 503 ? "loading" : "gone";
  } catch {
    return "gone";
  }
}
