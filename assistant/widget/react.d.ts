/** Types of `<mustanad-chat>` in JSX of React 19 and later: `import type {} from "mustanad-widget/react"`. */

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { ChatAttributes, Events, MustanadChat } from "./mustanad.js";

/** `onmustanad:answer={(event) => …}`: React takes the name of the event from behind the `on`. */
export type Listeners = { [Name in keyof Events as `on${Name}`]?: (event: Events[Name]) => void };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "mustanad-chat": DetailedHTMLProps<HTMLAttributes<MustanadChat>, MustanadChat> & ChatAttributes & Listeners;
    }
  }
}
