/** Types of `<mustanad-chat>` in Vue 3: in templates, and with `h("mustanad-chat", {…} satisfies Properties)`. */

import type { DefineComponent, HTMLAttributes, VNodeProps } from "vue";
import type { ChatAttributes, Events } from "./mustanad.js";

/** `"onMustanad:answer": (event) => …`, in a template `@mustanad:answer`. */
export type Listeners = { [Name in keyof Events as `on${Capitalize<Name>}`]?: (event: Events[Name]) => void };

/** What may be given to the element: `h` itself takes any property of an element it does not know. */
export type Properties = Omit<HTMLAttributes, keyof ChatAttributes> & Omit<VNodeProps, "ref"> & ChatAttributes & Listeners;

declare module "vue" {
  interface GlobalComponents {
    "mustanad-chat": DefineComponent<ChatAttributes & Listeners>;
  }
}
