// A question on its way: asked again by itself when the server was away, was loading, or had too much to do.

import { ServerGone, health, stream } from "./server.js";
import { n, w } from "./words.js";

const POLL_MS = 1500;
const BUSY_S = 3; // where a busy server does not say how long; who waits comes back at a time of its own
const MOST_TRIES = 20; // of a server that is there and busy

/**
 * Asks until there is an answer or a failure. `show` has `delta(text)`, `answer(answer)`, `failure(problem)` and
 * `wait(words)`; `tell(type)` says to the page that the server is gone or loading. Throws AbortError.
 */
export async function send(data, show, tell, signal) {
  for (let tries = 0; ; tries += 1) {
    const later = await attempt(data, show, signal);
    if (!later) return;
    if (later.code === "loading" || later.code === "gone") {
      if (later.code === "gone") show.wait(w("waiting_gone"));
      tell(later.code);
      await untilReady(signal);
    } else if (tries >= MOST_TRIES) {
      show.failure({ type: "error", code: later.code });
      return;
    } else await patience(later, show, signal);
  }
}

/** Null when that was all, else why the question has to wait: `{ code, after }`. */
async function attempt(data, show, signal) {
  try {
    for await (const event of stream("ask", data, signal)) {
      if (event.code === "loading") return { code: "loading" };
      if (event.code === "busy" || (event.code === "limit" && event.after)) return { code: event.code, after: event.after ?? (event.retry_s ?? BUSY_S) * (1 + Math.random()) };
      if (event.type === "delta") show.delta(event.text);
      else if (event.type === "answer") show.answer(event.answer);
      else show.failure(event);
    }
    return null;
  } catch (error) {
    if (error instanceof ServerGone) return { code: "gone" };
    throw error;
  }
}

async function untilReady(signal) {
  do await sleep(POLL_MS, signal);
  while ((await health()) !== "ready");
}

async function patience({ code, after }, show, signal) {
  for (let left = Math.ceil(after); left > 0; left -= 1) {
    show.wait(w(code === "limit" ? "waiting_limit" : "waiting_busy", { seconds: n("seconds_count", left) }));
    await sleep(1000, signal);
  }
}

const sleep = (milliseconds, signal) =>
  new Promise((done, fail) => {
    signal.throwIfAborted();
    const end = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => { clearTimeout(end); fail(signal.reason); }, { once: true });
  });
