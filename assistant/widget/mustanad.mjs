// The widget as an ES module: import { init } from "https://HOST/widget/mustanad.mjs"
import "./widget.js";

// Where this file is served from, for a page that did not say `host`; beside a copy of it, say `host`.
if (window.Mustanad.home === "/") window.Mustanad.home = new URL("..", import.meta.url).href;

export const { init, open, close, toggle, ask, update, destroy } = window.Mustanad;
export default { init, open, close, toggle, ask, update, destroy };
