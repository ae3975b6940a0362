// A whole conversation saved as Markdown or printed; the server writes both.

import { download, h } from "./dom.js";
import { call } from "./server.js";
import { currentLanguage } from "./words.js";

const base = () => new URL("./", location.href).href;

/** Saves `turns` as a file; gives the problem when there was one. */
export async function exportMarkdown(turns) {
  const file = await call("export_conversation", turns, currentLanguage(), base()).catch(() => ({ type: "error", code: "failed" }));
  if (file.type !== "file") return file;
  download("mustanad.md", file.text, "text/markdown");
  return null;
}

export function exportPrint(turns) {
  const field = (name, value) => h("input", { type: "hidden", name, value });
  const form = h("form", { method: "post", action: "print", target: "_blank", hidden: true }, field("turns", JSON.stringify(turns)), field("language", currentLanguage()));
  document.body.append(form);
  form.submit();
  form.remove();
}
