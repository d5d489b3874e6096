/** What a page is drawn from. */

import type { Look } from "./charts/look";
import type { Home } from "./home";
import type { Ask } from "./loader";
import type { Memory } from "./parts/memo";
import type { Action, State } from "./state";
import type { Store } from "./store";

export interface Context {
  readonly state: State;
  readonly store: Store;
  readonly ask: Ask;
  readonly look: Look;
  readonly home: Home;
  readonly memory: Memory;
  /** Ask again for what failed. */
  readonly again: () => void;
  /** Change the state and draw that instead: what an address left open is written down. */
  readonly settle: (action: Action) => void;
}
