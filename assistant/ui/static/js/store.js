// Earlier conversations, kept in this browser only.

const KEY = "mustanad.conversations";
const KEEP = 50;

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // denied or damaged storage is an empty one
  }
}

function write(conversations) {
  let kept = conversations.slice(0, KEEP);
  while (true) {
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
      return;
    } catch {
      if (!kept.length) return; // storage is denied: nothing is kept
      kept = kept.slice(0, Math.floor(kept.length / 2)); // storage is full: the older half goes
    }
  }
}

export const conversations = () => read();
export const findConversation = (id) => read().find((each) => each.id === id) ?? null;
export const deleteConversation = (id) => write(read().filter((each) => each.id !== id));
export const clearConversations = () => remember(KEY, null);

/** Puts the conversation on top of the list. A turn is `{question, answer}`; `scope` is the one article asked. */
export function keepConversation(id, turns, scope = null) {
  const others = read().filter((each) => each.id !== id);
  write([{ id, title: turns[0].question.slice(0, 160), updated: new Date().toISOString(), turns, scope }, ...others]);
}

/** A small choice of the reader's; null forgets it. */
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // The choice then holds for this page only.
  }
}

export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
