/*! Mustanad: the chat as a widget. One tag: <script src="https://HOST/widget.js" data-lang="ar" defer></script>
 * Options, methods, events and the Content-Security-Policy it needs: docs/widget.md. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (window.Mustanad) return; // loaded twice: the first one goes on

  const WORDS = {
    ar: { name: "مستند", open: "اسأل {name}", close: "أغلق المحادثة", frame: "محادثة {name}" },
    en: { name: "Mustanad", open: "Ask {name}", close: "Close the chat", frame: "{name} chat" },
  };
  const ICONS = {
    chat: "M5 5h14v10H11l-4 4v-4H5z",
    quote: "M5 17V11a5 5 0 0 1 5-5v3a2 2 0 0 0-2 2h2v6zM14 17V11a5 5 0 0 1 5-5v3a2 2 0 0 0-2 2h2v6z",
    search: "M11 5a6 6 0 1 0 0 12a6 6 0 1 0 0-12M15.500 15.500L20 20",
    close: "M6 6l12 12M18 6L6 18",
  };
  const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox";
  const EVENTS = ["ready", "question", "answer", "unanswered", "contact", "citation", "error"];
  const LISTS = ["sources", "languages", "articleIds"];
  const OPTIONS = [
    "host", "lang", "dir", "side", "offset", "accent", "title", "greeting", "icon", "target", "open", "question",
    "sources", "languages", "articleIds", "from", "to", "theme", "zIndex", "height", "suggestions", "contact",
  ];
  const ATTRIBUTES = OPTIONS.map((name) => [name, name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)]);
  const SILENCE_MS = 3000; // the frame is loaded and its script has not spoken: it was not allowed to
  const RIGHT_TO_LEFT = /^(ar|fa|he|ur|ps|sd|ug|yi|dv|ckb)\b/i;
  const ACCENT = "#0b5d57"; // of the button and the bar; the chat has its own for light and dark
  const COLOUR = /^[\w#(),.%\s/-]{1,64}$/;

  // Nothing of the page comes in (all: initial) and nothing it marks !important wins: inside a shadow root
  // an important :host rule goes before the page's.
  const BASE = `
    :host { all: initial !important; direction: var(--m-dir) !important; color-scheme: light dark; }
    * { box-sizing: border-box; }
    .launcher, .panel { position: fixed; z-index: var(--m-z); }
    .launcher { inset-block-end: var(--m-y); width: 56px; height: 56px; border: 0; border-radius: 50%; padding: 0;
      display: grid; place-items: center; cursor: pointer; background: var(--m-accent); color: var(--m-on-accent);
      box-shadow: 0 1px 3px #0004, 0 6px 18px #0003; }
    .launcher:hover { filter: brightness(1.08); }
    .left .launcher, .left .panel { left: var(--m-x); right: auto; }
    .right .launcher, .right .panel { right: var(--m-x); left: auto; }
    button:focus-visible { outline: 3px solid var(--m-accent); outline-offset: 3px; }
    .bar button:focus-visible { outline: 2px solid currentColor; outline-offset: -4px; }
    svg, img { width: 28px; height: 28px; display: block; }
    svg { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
    .panel { inset-block-end: calc(var(--m-y) + 68px); display: flex; flex-direction: column; overflow: hidden;
      width: min(420px, calc(100vw - 2 * var(--m-x))); height: min(680px, calc(100vh - var(--m-y) - 88px));
      border-radius: 14px; background: Canvas; box-shadow: 0 0 0 1px #8884, 0 12px 48px #0005; }
    .light { color-scheme: light; } .dark { color-scheme: dark; }
    .panel[hidden], .launcher[hidden] { display: none; }
    .bar { display: flex; align-items: center; flex: none; height: 48px; padding-inline: 16px 4px;
      background: var(--m-accent); color: var(--m-on-accent); }
    .bar b { flex: 1; font: 600 16px/1.5 system-ui, "Segoe UI", "Noto Sans Arabic", sans-serif;
      white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
    .bar button { width: 44px; height: 44px; border: 0; border-radius: 8px; padding: 0; display: grid;
      place-items: center; background: none; color: inherit; cursor: pointer; }
    .bar svg { width: 22px; height: 22px; }
    iframe { flex: 1; width: 100%; min-height: 0; border: 0; display: block; }
    @media (max-width: 480px), (max-height: 480px) {
      .left .panel, .right .panel { inset: 0; width: 100vw; height: 100vh; height: 100dvh; border-radius: 0; }
    }
    @media (prefers-reduced-motion: no-preference) {
      .panel { animation: rise .18s ease-out; } @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    }
    @media (forced-colors: active) { .launcher, .panel { border: 2px solid; } }
    @media print { .launcher, .panel { display: none; } }`;
  const INLINE = `
    :host { display: block !important; height: var(--m-height) !important; }
    .frame { display: flex; height: 100%; overflow: hidden; border-radius: 12px; box-shadow: 0 0 0 1px #8886; }`;

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function icon(name) {
    if (!ICONS[name]) return make("img", { src: name, alt: "" });
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    drawing.append(path);
    return drawing;
  }

  function sheet(text) {
    const made = new CSSStyleSheet();
    made.replaceSync(text);
    return made;
  }

  // Black or white, whichever reads better on the colour (WCAG relative luminance).
  function readableOn(colour) {
    const probe = document.createElement("canvas").getContext("2d");
    if (!probe) return "#fff";
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...probe.getImageData(0, 0, 1, 1).data].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
  }

  function read(element, prefix) {
    const found = {};
    for (const [name, attribute] of ATTRIBUTES) {
      const value = element.getAttribute(prefix + attribute);
      if (value !== null) found[name] = value;
    }
    return found;
  }

  function settle(given) {
    const options = { icon: "chat", theme: "auto", offset: "20px", zIndex: 2147483000, height: "36rem" };
    for (const name of OPTIONS) if (given[name] !== undefined && given[name] !== null) options[name] = given[name];
    for (const name of LISTS) {
      const value = options[name] ?? [];
      options[name] = Array.isArray(value) ? value.map(String) : value.split(",").map((each) => each.trim()).filter(Boolean);
    }
    // Questions hold commas: they are parted by a bar.
    const asked = options.suggestions ?? [];
    options.suggestions = (Array.isArray(asked) ? asked.map(String) : asked.split("|")).map((each) => each.trim()).filter(Boolean);
    options.host = new URL(options.host || Mustanad.home, document.baseURI).href.replace(/\/?$/, "/");
    options.lang = options.lang || document.documentElement.lang || "ar";
    options.dir = options.dir || (RIGHT_TO_LEFT.test(options.lang) ? "rtl" : "ltr");
    options.open = options.open === true || ["", "true", "open"].includes(options.open);
    options.accent = COLOUR.test(options.accent || "") ? options.accent : "";
    return options;
  }

  class Widget {
    constructor(given, element) {
      this.given = given;
      this.options = settle(given);
      this.origin = new URL(this.options.host).origin;
      const target = this.options.target;
      this.inlineIn = element ? null : typeof target === "string" ? document.querySelector(target) : target || null;
      this.inline = Boolean(element || target);
      if (this.inline && !element && !this.inlineIn) {
        throw new Error(`Mustanad: no element fits target ${JSON.stringify(target)}; name one that is on the page`);
      }
      this.element = element || make("div", { "data-mustanad": "" });
      this.root = this.element.shadowRoot || this.element.attachShadow({ mode: "open" });
      this.root.adoptedStyleSheets = [sheet(BASE), ...(this.inline ? [sheet(INLINE)] : [])];
      this.waiting = [];
      this.onMessage = (event) => this.receive(event);
      window.addEventListener("message", this.onMessage);
      this.draw();
      if (!element) this.attach();
      if (this.inline || this.options.open) this.open();
    }

    get words() {
      return WORDS[/^ar\b/i.test(this.options.lang) ? "ar" : "en"];
    }

    get name() {
      return this.options.title || this.words.name;
    }

    say(key) {
      return this.words[key].replace("{name}", this.name);
    }

    attach() {
      // Beside the body, not in it: a page that moves its body (transform) or swaps it keeps its widget.
      const place = this.inlineIn || document.documentElement;
      place.append(this.element);
      if (this.inlineIn) return;
      this.watcher = new MutationObserver(() => {
        if (!this.element.isConnected) place.append(this.element);
      });
      this.watcher.observe(place, { childList: true });
    }

    draw() {
      const pageDirection = getComputedStyle(document.documentElement).direction;
      const ends = pageDirection === "rtl" ? { start: "right", end: "left" } : { start: "left", end: "right" };
      const side = ends[this.options.side] || (this.options.side === "left" ? "left" : this.options.side || ends.end);
      this.box = make("div", { class: `${side === "left" ? "left" : "right"} ${this.options.theme}` });
      this.box.lang = this.options.lang;
      this.style();
      if (this.inline) this.box.classList.add("frame");
      else this.drawLauncher();
      this.root.replaceChildren(this.box);
    }

    drawLauncher() {
      this.launcher = make("button", { class: "launcher", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" });
      this.launcher.append(icon(this.options.icon));
      this.launcher.addEventListener("click", () => this.toggle());
      this.closer = make("button", { type: "button" }, icon("close"));
      this.closer.addEventListener("click", () => this.close());
      this.heading = make("b");
      this.panel = make("div", { class: "panel", role: "dialog", "aria-modal": "true", hidden: "" });
      const [first, last] = [0, 1].map(() => make("span", { tabindex: "0" }));
      // Whoever tabs past an end of the panel lands at its other end.
      first.addEventListener("focus", () => this.focusFrame());
      last.addEventListener("focus", () => this.closer.focus());
      this.panel.append(first, make("div", { class: "bar" }, this.heading, this.closer), last);
      this.last = last;
      this.panel.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.close();
      });
      this.box.append(this.launcher, this.panel);
      this.label();
    }

    label() {
      if (this.frame) this.frame.title = this.say("frame");
      if (this.inline) return;
      this.launcher.setAttribute("aria-label", this.say("open"));
      this.launcher.title = this.say("open");
      this.closer.setAttribute("aria-label", this.say("close"));
      this.panel.setAttribute("aria-label", this.name);
      this.heading.textContent = this.name;
    }

    style() {
      const accent = this.options.accent || ACCENT;
      const [y, x] = String(this.options.offset).trim().split(/\s+/).map((part) => (/^\d+$/.test(part) ? `${part}px` : part));
      const values = {
        accent, "on-accent": readableOn(accent), dir: this.options.dir,
        z: this.options.zIndex, y, x: x || y, height: this.options.height,
      };
      // Through the object model, not as an attribute: a page's style-src does not forbid it.
      for (const [name, value] of Object.entries(values)) this.element.style.setProperty(`--m-${name}`, value);
    }

    load() {
      const address = new URL("embed", this.options.host);
      address.searchParams.set("origin", location.origin);
      address.searchParams.set("lang", /^ar\b/i.test(this.options.lang) ? "ar" : "en");
      if (this.options.theme !== "auto") address.searchParams.set("theme", this.options.theme);
      this.frame = make("iframe", { allow: "clipboard-write", referrerpolicy: "strict-origin" });
      if (this.origin !== location.origin) this.frame.setAttribute("sandbox", SANDBOX);
      if (this.inline) this.frame.loading = "lazy";
      this.frame.addEventListener("load", () => {
        clearTimeout(this.silence);
        this.silence = setTimeout(() => this.complain(), SILENCE_MS);
      });
      this.label();
      this.frame.src = address.href;
      if (this.inline) this.box.append(this.frame);
      else this.panel.insertBefore(this.frame, this.last);
    }

    complain() {
      if (this.spoke) return;
      const message =
        `Mustanad: ${this.origin} did not open the chat for this page. To let the page embed it, set ` +
        `MUSTANAD_EMBED_ORIGINS=${location.origin} on ${this.origin} and restart it there.`;
      console.error(message);
      this.emit("error", { message });
    }

    receive(event) {
      const message = event.data;
      if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.origin) return;
      if (!message || message.source !== "mustanad") return;
      if (message.type === "hello") this.greet();
      else if (message.type === "close" && !this.inline) this.close();
      else if (EVENTS.includes(message.type)) {
        if (message.type === "ready") this.flush();
        this.emit(message.type, message.detail);
      }
    }

    greet() {
      this.spoke = true;
      this.configure();
    }

    configure() {
      const { lang, dir, theme, accent, title, greeting, sources, languages, articleIds, from, to, suggestions, contact } = this.options;
      const filters = { sources, languages, article_ids: articleIds, published_from: from, published_to: to };
      this.post("config", { lang, dir, theme, accent, title, greeting, filters, suggestions, contact });
    }

    flush() {
      this.ready = true;
      this.configure(); // once more: at "hello" the chat itself may not have listened yet
      if (this.options.question) this.post("ask", { question: this.options.question, send: false });
      for (const question of this.waiting.splice(0)) this.post("ask", { question, send: true });
      if (!this.inline && this.isOpen) this.focusFrame();
    }

    post(type, detail = {}) {
      this.frame?.contentWindow?.postMessage({ source: "mustanad-host", type, detail }, this.origin);
    }

    focusFrame() {
      this.frame?.focus();
      if (this.ready) this.post("focus");
    }

    emit(type, detail = {}) {
      this.element.dispatchEvent(new CustomEvent(`mustanad:${type}`, { detail, bubbles: true, composed: true }));
    }

    open() {
      if (!this.frame) this.load();
      if (this.isOpen) return;
      this.isOpen = true;
      if (!this.inline) {
        const focused = document.activeElement;
        this.before = focused && focused !== document.body && focused !== this.element ? focused : this.launcher;
        this.panel.hidden = false;
        this.launcher.setAttribute("aria-expanded", "true");
        if (this.ready) this.focusFrame();
        else this.closer.focus();
      }
      this.emit("open");
    }

    close() {
      if (!this.isOpen || this.inline) return;
      this.isOpen = false;
      this.panel.hidden = true;
      this.launcher.setAttribute("aria-expanded", "false");
      (this.before?.isConnected ? this.before : this.launcher).focus();
      this.emit("close");
    }

    toggle() {
      if (this.isOpen) this.close();
      else this.open();
    }

    ask(question) {
      if (this.ready) this.post("ask", { question: String(question), send: true });
      else this.waiting.push(String(question));
      this.open();
    }

    update(given) {
      // From what was given, not from what followed of it: another language may turn the direction.
      this.given = { ...this.given, ...given, host: this.options.host };
      this.options = settle(this.given);
      this.box.lang = this.options.lang;
      this.style();
      this.label();
      this.box.className = this.box.className.replace(/\b(auto|light|dark)\b/, this.options.theme);
      if (this.spoke) this.configure();
    }

    destroy() {
      window.removeEventListener("message", this.onMessage);
      clearTimeout(this.silence);
      this.watcher?.disconnect();
      this.root.replaceChildren();
      this.frame = null;
      if (this.element.localName === "div") this.element.remove();
      if (Mustanad.widget === this) Mustanad.widget = null;
    }
  }

  const Mustanad = {
    widget: null,
    home: script?.src ? new URL(".", script.src).href : "/",
    init(options = {}) {
      Mustanad.widget?.destroy();
      Mustanad.widget = new Widget(options);
      return Mustanad.widget;
    },
  };
  for (const method of ["open", "toggle", "ask"]) {
    Mustanad[method] = (...given) => (Mustanad.widget || Mustanad.init())[method](...given);
  }
  // Where there is no widget there is none to close or to change.
  for (const method of ["close", "update", "destroy"]) {
    Mustanad[method] = (...given) => Mustanad.widget?.[method](...given);
  }
  window.Mustanad = Mustanad;

  class MustanadChat extends HTMLElement {
    static observedAttributes = ATTRIBUTES.map(([, attribute]) => attribute);
    connectedCallback() {
      this.widget = new Widget(read(this, ""), this);
    }
    disconnectedCallback() {
      this.widget?.destroy();
      this.widget = null;
    }
    attributeChangedCallback() {
      this.widget?.update(read(this, ""));
    }
    ask(question) {
      this.widget?.ask(question);
    }
  }
  if (window.customElements && !customElements.get("mustanad-chat")) customElements.define("mustanad-chat", MustanadChat);

  if (!script || script.dataset.init === "manual") return;
  const start = () => Mustanad.widget || Mustanad.init(read(script, "data-"));
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start, { once: true });
})();
