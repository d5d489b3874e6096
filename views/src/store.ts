/** The state of a view, and its address. */

import { placeOf, searchOf } from "./address";
import {
  type Action,
  begin,
  type History,
  type Page,
  pass,
  redo,
  remember,
  STILL,
  type State,
  step,
  undo,
} from "./state";

const WRITE_AFTER = 300; // ms at rest: browsers limit how often an address may change, and Dash reads each

/** Where a view keeps its state between visits: an address of the page, or nowhere (in a notebook, or in a file). */
export interface Bar {
  search(): string;
  /** `entry`: Back returns to what was before. */
  write(search: string, entry: boolean): void;
  listen(changed: () => void): () => void;
}

export class Store {
  private history: History;
  private notices: readonly string[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly leave: () => void;

  constructor(
    private readonly page: Page,
    private readonly bar: Bar,
    private readonly changed: () => void,
  ) {
    const { place, notices } = placeOf(page, bar.search());
    this.history = begin(place);
    this.notices = notices;
    this.leave = bar.listen(() => this.arrive());
  }

  get state(): State {
    return this.history.now;
  }
  get said(): readonly string[] {
    return this.notices;
  }
  get canUndo(): boolean {
    return this.history.past.length > 0;
  }
  get canRedo(): boolean {
    return this.history.future.length > 0;
  }

  readonly do = (action: Action): void => this.take(step(this.history, action));
  /** Each step of a drag; `settle` ends it, so that one undo takes back all of it. */
  readonly move = (action: Action): void => this.take(pass(this.history, action));
  readonly settle = (since: string): void => this.take(remember(this.history, since));
  readonly undo = (): void => this.take(undo(this.history));
  readonly redo = (): void => this.take(redo(this.history));
  readonly dismiss = (notice: string): void => {
    this.notices = this.notices.filter((other) => other !== notice);
    this.changed();
  };

  private take(next: History): void {
    if (next === this.history) return;
    const before = this.history.now;
    this.history = next;
    this.changed();
    const { run, checkpoint, merged, others } = next.now;
    const left = before.run !== null && (run !== before.run || checkpoint !== before.checkpoint);
    if (left || merged !== before.merged || others !== before.others) this.write(left);
    else {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.write(), WRITE_AFTER);
    }
  }

  /** Write the address now, so that it can be copied. */
  readonly write = (entry = false): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    const search = searchOf(this.state);
    if (search !== this.bar.search()) this.bar.write(search, entry);
  };

  /** Back, Forward or a link brought another address. */
  private arrive(): void {
    if (this.bar.search() === searchOf(this.state)) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const { place, notices } = placeOf(this.page, this.bar.search());
    const { past, future } = this.history;
    const same = place.run === this.state.run;
    this.history = { now: { ...STILL, ...place }, past: same ? past : [], future: same ? future : [] };
    this.notices = notices;
    this.changed();
  }

  /** Write what is still to be written. */
  readonly flush = (): void => {
    if (this.timer !== undefined) this.write();
  };

  close(): void {
    this.flush();
    this.leave();
  }
}
