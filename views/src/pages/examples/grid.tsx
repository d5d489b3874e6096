/** The grid of thumbnails: as tall as the whole list, but only what is in sight is in the document. */

import { Component, createRef, type JSX } from "preact";
import type { Source } from "../../sources/source";
import { Cell } from "./cell";
import type { Item, Listing } from "./list";

/** What is outside of the grid and moves it. */
export interface Reach {
  /** Tell the image at any position. */
  random(): void;
}

export interface GridProps {
  readonly reach: Reach;
  readonly list: Listing | null;
  readonly busy: boolean; // another list is on its way
  readonly chosen: number | null;
  readonly pins: readonly number[];
  readonly source: Source;
  readonly path: (item: Item) => string; // of its image
  readonly onChoose: (index: number) => void;
  readonly onPin: (index: number) => void;
  readonly onSight: (first: number, last: number) => void;
}

interface GridState {
  readonly width: number;
  readonly height: number;
  readonly top: number; // scrolled to, in whole rows
  readonly active: number; // the position that Tab reaches
  readonly focused: boolean;
}

const GAP = 8; // px
const BEYOND = 3; // rows drawn beyond the edges
const UNKNOWN = 60; // cells shown before the length is known
const NARROW = { cell: 86, row: 132 };
const DEEP = 106; // px, of a cell with a depth: “−0.23 · d output”
const WIDE = { cell: 124, row: 172 }; // examples.css makes the images larger there
const wide = () => matchMedia("(min-width: 2200px)").matches;

export class Grid extends Component<GridProps, GridState> {
  override state: GridState = { width: 0, height: 0, top: 0, active: 0, focused: false };
  private readonly box = createRef<HTMLDivElement>();
  private observer: ResizeObserver | null = null;
  private frame = 0;
  private awaited: number | null = null; // a position whose image is to be told once it is there

  override componentDidMount(): void {
    this.props.reach.random = this.random;
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.box.current!);
    this.measure();
  }
  override componentWillUnmount(): void {
    this.observer?.disconnect();
    cancelAnimationFrame(this.frame);
  }
  override shouldComponentUpdate(next: GridProps, state: GridState): boolean {
    const names = Object.keys(next) as (keyof GridProps)[];
    return state !== this.state || names.some((name) => next[name] !== this.props[name]);
  }
  override componentDidUpdate(before: GridProps): void {
    const { list } = this.props;
    if (list?.question !== before.list?.question) {
      this.awaited = null;
      this.box.current!.scrollTop = 0;
      this.setState({ top: 0, active: 0 });
    }
    this.tell();
  }

  private readonly measure = () => {
    const { clientWidth: width, clientHeight: height } = this.box.current!;
    if (width !== this.state.width || height !== this.state.height) this.setState({ width, height });
  };
  private readonly scroll = () => {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const top = Math.floor(this.box.current!.scrollTop / this.size().row);
      if (top !== this.state.top) this.setState({ top });
    });
  };

  private size(): { columns: number; cell: number; row: number } {
    const { cell, row } = wide() ? WIDE : NARROW;
    const least = this.props.list?.deep ? Math.max(cell, DEEP) : cell;
    const columns = Math.max(1, Math.floor((this.state.width + GAP) / (least + GAP)));
    return { columns, cell: (this.state.width - GAP * (columns - 1)) / columns, row };
  }
  private count(): number {
    return this.props.list?.total ?? UNKNOWN;
  }
  /** The first and last position that are drawn. */
  private range(): [number, number] {
    const { columns, row } = this.size();
    const { top, height } = this.state;
    const first = Math.max(0, top - BEYOND) * columns;
    const last = (top + Math.ceil(height / row) + 1 + BEYOND) * columns - 1;
    return [first, Math.min(this.count() - 1, last)];
  }
  /** Say what is in sight, and which image came that was waited for: not now, since the page is just being drawn. */
  private tell(): void {
    queueMicrotask(() => {
      const { list, onSight, onChoose } = this.props;
      if (!list || !this.state.height || !this.box.current) return;
      onSight(...this.range());
      const item = this.awaited === null ? null : list.item(this.awaited);
      if (!item) return;
      this.awaited = null;
      onChoose(item.index);
    });
  }

  private reveal(position: number): void {
    const box = this.box.current!;
    const { columns, row } = this.size();
    const top = Math.floor(position / columns) * row;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + row > box.scrollTop + box.clientHeight) box.scrollTop = top + row - box.clientHeight;
  }
  private enter(position: number, focus: boolean): void {
    const active = Math.min(this.count() - 1, Math.max(0, position));
    this.reveal(active);
    const top = Math.floor(this.box.current!.scrollTop / this.size().row);
    this.setState({ active, top }, () => {
      if (focus) this.cell(active)?.focus({ preventScroll: true });
    });
  }
  private cell(position: number): HTMLElement | null {
    return this.box.current!.querySelector(`[data-position="${position}"]`);
  }

  /** An image that is not fetched yet is told once it is there. */
  private readonly random = (): void => {
    if (!this.props.list?.total) return;
    const position = Math.floor(Math.random() * this.props.list.total);
    this.awaited = position;
    this.enter(position, false);
  };

  private readonly press = (event: MouseEvent) => {
    if (this.props.busy) return; // these are images of another list
    const target = event.target as Element;
    const pin = target.closest<HTMLElement>("[data-pin]");
    if (pin) return this.props.onPin(Number(pin.dataset.pin));
    const open = target.closest<HTMLElement>("[data-index]");
    if (!open) return;
    this.setState({ active: Number(open.dataset.position) });
    this.props.onChoose(Number(open.dataset.index));
  };

  private readonly key = (event: KeyboardEvent) => {
    const open = (event.target as Element).closest<HTMLElement>(".thumbnail");
    if (!open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === "p" && open.dataset.index) {
      event.preventDefault(); // while the list is busy, too: the page's own P is for another image
      if (!this.props.busy) this.props.onPin(Number(open.dataset.index));
      return;
    }
    const target = this.target(event.key, Number(open.dataset.position));
    if (target === null) return;
    event.preventDefault();
    if ((target >= 0 && target < this.count()) || event.key.startsWith("Page")) this.enter(target, true);
  };
  private target(key: string, from: number): number | null {
    const { columns, row } = this.size();
    const page = columns * Math.max(1, Math.floor(this.state.height / row));
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: page,
      PageUp: -page,
    };
    if (key === "Home") return 0;
    if (key === "End") return this.count() - 1;
    return steps[key] === undefined ? null : from + steps[key];
  }

  private readonly focusIn = (event: FocusEvent) => {
    const at = (event.target as HTMLElement).dataset.position;
    if (at !== undefined && (!this.state.focused || Number(at) !== this.state.active))
      this.setState({ focused: true, active: Number(at) });
  };
  private readonly focusOut = (event: FocusEvent) => {
    if (!this.box.current?.contains(event.relatedTarget as Node | null)) this.setState({ focused: false });
  };

  /** What is drawn: what is in sight, and the focused cell, which must not go away under the reader's hands. */
  private positions(): number[] {
    const [first, last] = this.range();
    const found = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
    const { active, focused } = this.state;
    if (!focused || (active >= first && active <= last) || active >= this.count()) return found;
    return active < first ? [active, ...found] : [...found, active];
  }

  override render(): JSX.Element {
    const { list, busy, chosen, pins, source, path } = this.props;
    const { columns, cell, row } = this.size();
    const positions = this.state.width ? this.positions() : [];
    const { active } = this.state;
    const entered = positions.includes(active) ? active : positions[0]; // Tab always finds a way in
    const total = this.count();
    return (
      // biome-ignore lint/a11y/useSemanticElements: a list of which only a part is in the document
      <div
        class="virtual-grid"
        ref={this.box}
        role="list"
        aria-label="Images of the group"
        aria-busy={busy}
        data-stale={busy && list ? "" : undefined}
        onScroll={this.scroll}
        onClick={this.press}
        onKeyDown={this.key}
        onFocusIn={this.focusIn}
        onFocusOut={this.focusOut}
      >
        <div class="virtual-inner" style={`height: ${Math.ceil(total / columns) * row}px`}>
          {positions.map((position) => {
            const item = list?.item(position) ?? null;
            return (
              <Cell
                key={position}
                position={position}
                total={total}
                item={item}
                missing={list?.missing(position) ?? null}
                deep={list?.deep ?? false}
                blocks={list?.answer.spoiled_by.length ?? 0}
                source={source}
                path={item ? path(item) : ""}
                names={list?.answer.class_names ?? NONE}
                chosen={item !== null && item.index === chosen}
                pinned={item !== null && pins.includes(item.index)}
                entered={position === entered}
                left={(position % columns) * (cell + GAP)}
                top={Math.floor(position / columns) * row}
                width={cell}
              />
            );
          })}
        </div>
      </div>
    );
  }
}
const NONE: readonly string[] = [];
