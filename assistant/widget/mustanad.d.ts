/** Types of the widget: of the ES module, of `window.Mustanad` and of `<mustanad-chat>`. */

export type Theme = "auto" | "light" | "dark";
export type Side = "start" | "end" | "left" | "right";

export interface Options {
  /** Where Mustanad is served; the place the script came from when left out. */
  host?: string;
  /** Language of the chat's words; the page's when left out. */
  lang?: string;
  /** Direction of the chat's frame; the language's when left out. */
  dir?: "rtl" | "ltr";
  /** Where the button is: `end` of the page's own direction when left out. */
  side?: Side;
  /** Distance from the bottom and, second, from the side: "20px", "20px 32px". */
  offset?: string;
  /** Any CSS colour. */
  accent?: string;
  title?: string;
  /** The line that greets the reader. */
  greeting?: string;
  /** chat, quote, search, or the address of an image. */
  icon?: string;
  /** An element, or a selector of one, to put the chat into; without it there is a button. */
  target?: string | Element;
  /** Open at once. */
  open?: boolean;
  /** A question that waits in the box, not yet sent. */
  question?: string;
  /** Answer only from these sources. */
  sources?: string[] | string;
  /** Answer only from articles in these languages. */
  languages?: string[] | string;
  /** Answer only from these articles: a page can be asked about itself. */
  articleIds?: string[] | string;
  /** Answer only from articles published on or after: 2025, 2025-09, 2025-09-30. */
  from?: string;
  /** Answer only from articles published on or before. */
  to?: string;
  /** Questions on the first screen in place of the corpus's own; as text they are parted by "|". */
  suggestions?: string[] | string;
  /** Shown with a question that got no answer: an address (https:, mailto:, tel:), or "event" for `mustanad:contact`. */
  contact?: string;
  theme?: Theme;
  zIndex?: number | string;
  /** Height inside an element. */
  height?: string;
}

export interface Widget {
  open(): void;
  close(): void;
  toggle(): void;
  /** Opens the chat and asks. */
  ask(question: string): void;
  /** Changes options of a widget that is on the page: colours, words and what it answers from. */
  update(options: Options): void;
  destroy(): void;
}

export interface Source {
  article_id: string;
  title: string;
  url: string | null;
  source: string | null;
  author: string | null;
  published: string | null;
  language: string;
}

/** A verified quote; `start` and `end` count Unicode code points of the article's text. */
export interface Citation extends Source {
  marker: number;
  passage_id: string;
  start: number;
  end: number;
  quote: string;
  passage_start: number;
  passage_end: number;
  twins: Source[];
  /** The words of the quote that answer, where they are likely enough. */
  answer: { start: number; end: number; text: string } | null;
  /** What the quote stands under: a side of a comparison, a day of a timeline; else empty. */
  group: string;
  /** Whether the quote's sentence begins earlier, or goes on: shown as "…". */
  cut_before: boolean;
  cut_after: boolean;
}

export interface Answer {
  id: string;
  question: string;
  language: string;
  kind: "answer" | "search" | "refusal" | "small_talk";
  answerable: boolean;
  confidence: number;
  text: string;
  citations: Citation[];
  arrangement: "quotes" | "comparison" | "timeline" | "list" | "summary";
  [key: string]: unknown;
}

/** The events of the widget by name: DOM events of its element that bubble. */
export interface Events {
  "mustanad:ready": CustomEvent<Record<string, never>>;
  "mustanad:open": CustomEvent<Record<string, never>>;
  "mustanad:close": CustomEvent<Record<string, never>>;
  "mustanad:question": CustomEvent<{ question: string }>;
  "mustanad:answer": CustomEvent<{ answer: Answer }>;
  /** A question that the articles do not answer. */
  "mustanad:unanswered": CustomEvent<{ question: string; answer: Answer }>;
  /** The reader wants to be helped by somebody; with `contact: "event"`. */
  "mustanad:contact": CustomEvent<{ question: string }>;
  "mustanad:citation": CustomEvent<{ citation: Citation }>;
  "mustanad:error": CustomEvent<{ message: string }>;
}

type Kebab<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `-${Lowercase<Head>}`}${Kebab<Tail>}`
  : Name;

/** Attributes of `<mustanad-chat>`: the options but `target`, `articleIds` as `article-ids`, lists as text. */
export type ChatAttributes = {
  [Name in Exclude<keyof Options, "target"> as Kebab<Name>]?: Exclude<Options[Name], string[]>;
};

/** The element `<mustanad-chat>`: the chat inside the page, where it is written. */
export interface MustanadChat extends HTMLElement {
  /** Asks, as soon as the chat can be asked. */
  ask(question: string): void;
}

export function init(options?: Options): Widget;
export function open(): void;
export function close(): void;
export function toggle(): void;
export function ask(question: string): void;
export function update(options: Options): void;
export function destroy(): void;

declare const api: {
  init: typeof init;
  open: typeof open;
  close: typeof close;
  toggle: typeof toggle;
  ask: typeof ask;
  update: typeof update;
  destroy: typeof destroy;
};
export default api;

declare global {
  interface Window {
    Mustanad: typeof api;
  }
  // The document, the window and every element hear them, for they bubble.
  interface GlobalEventHandlersEventMap extends Events {}
  interface HTMLElementTagNameMap {
    "mustanad-chat": MustanadChat;
  }
}
