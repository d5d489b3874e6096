/** The network as a strip that is edited: bars are pressed, dragged, brushed over, and reached by keys. */

import { Component, createRef, type JSX } from "preact";
import type { Item, Step } from "../../plan";
import type { State } from "../../state";
import type { Store } from "../../store";
import { brush, dragHandle, drop, extend, look, planned, point, stripKey, swapItems, swapRefusal } from "./edits";
import { type Network, type Size, shapeText } from "./network";
import { Tile } from "./tile";

interface StripProps {
  readonly store: Store;
  readonly state: State;
  readonly network: Network;
  readonly items: readonly Item[];
  readonly sizes: readonly Size[];
  readonly shapes: readonly (readonly number[])[] | null;
  readonly fills: readonly (string | null)[];
  readonly focus: string | null;
  readonly stale: boolean;
}

type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
/** What is dragged. */
type Drag = { readonly x: number; readonly y: number; readonly key: string | null; moved: boolean } & (
  | { readonly kind: "swap" }
  | {
      readonly kind: "handle";
      readonly item: Item;
      readonly from: readonly Step[];
      readonly before: string;
      axis: "times" | "scale" | null;
    }
  | { readonly kind: "brush" }
);
interface StripState {
  readonly dragged: {
    readonly key: string;
    readonly shift: string;
    readonly over: string | null;
    readonly runs: boolean;
  } | null;
  readonly box: Box | null; // of the brush
  readonly brushed: readonly string[];
}
interface Snapshot {
  readonly places: ReadonlyMap<string, DOMRect> | null;
  readonly held: string | null; // the item that has the keyboard's focus
}

const FAR = 6; // px before a press becomes a drag
const PER_TIME = 7; // px of the handle for one repetition more
const PER_SCALE = 6; // px of the handle for 0.05 of the scale
const GLIDE = 160; // ms
const REST: StripState = { dragged: null, box: null, brushed: [] };

const keyOf = (node: EventTarget | null): string | null =>
  node instanceof Element ? (node.closest<HTMLElement>("[data-key]")?.dataset.key ?? null) : null;
const limited = (value: number, most: number) => Math.max(-most, Math.min(most, value));

export class Strip extends Component<StripProps, StripState> {
  override state: StripState = REST;
  private readonly root = createRef<HTMLDivElement>();
  private drag: Drag | null = null;
  private dragged = false; // the click that follows is none

  private tile(key: string): HTMLElement | null {
    return this.root.current?.querySelector<HTMLElement>(`[data-key="${key}"]`) ?? null;
  }
  private item(key: string | null): Item | undefined {
    return this.props.items.find((item) => item.key === key);
  }
  private active(): Element | null {
    const root = this.root.current?.getRootNode();
    return root instanceof ShadowRoot || root instanceof Document ? root.activeElement : null;
  }

  /* ---- what has moved glides, and keeps the focus ---- */

  override getSnapshotBeforeUpdate(old: StripProps): Snapshot {
    const active = this.active();
    const held = active?.classList.contains("tile-body") && this.root.current?.contains(active) ? keyOf(active) : null;
    return { places: old.items === this.props.items ? null : this.places(), held };
  }
  private places(): Map<string, DOMRect> {
    const tiles = this.root.current?.querySelectorAll<HTMLElement>("[data-key]") ?? [];
    return new Map([...tiles].map((tile) => [tile.dataset.key!, tile.getBoundingClientRect()]));
  }
  override componentDidUpdate(old: StripProps, _state: StripState, { places, held }: Snapshot): void {
    if (places && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.glide(places);
    if (held === null) return;
    const wanted = this.props.focus !== old.focus ? this.props.focus : held;
    const key = wanted !== null && this.item(wanted) ? wanted : `${Number.parseInt(held, 10)}.0`;
    const body = this.tile(key)?.querySelector<HTMLElement>(".tile-body");
    if (body && this.active() !== body) body.focus({ preventScroll: true });
  }
  private glide(before: ReadonlyMap<string, DOMRect>): void {
    for (const [key, to] of this.places()) {
      const from = before.get(key);
      if (!from || (Math.abs(from.x - to.x) < 2 && Math.abs(from.y - to.y) < 2)) continue;
      const start = { transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` };
      this.tile(key)?.animate([start, { transform: "none" }], { duration: GLIDE, easing: "ease-out" });
    }
  }

  /* ---- dragging ---- */

  private readonly down = (event: PointerEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    if (event.button !== 0 || !target) return;
    const { items, state, network } = this.props;
    const key = keyOf(target);
    const at = { key, x: event.clientX, y: event.clientY, moved: false };
    const item = this.item(key);
    if (target.closest(".tile-grip") && item && item.at !== null) {
      const from = planned(state.plan, network.blocks).steps;
      this.drag = { ...at, kind: "handle", item, from, before: state.plan ?? "", axis: null };
    } else if (event.shiftKey || !target.closest("button")) this.drag = { ...at, kind: "brush" };
    else if (target.closest(".tile-body") && items.length) this.drag = { ...at, kind: "swap" };
    if (!this.drag || this.drag.kind === "swap") return;
    const active = this.active();
    // what was typed counts first
    if (active instanceof HTMLElement && active.matches("input, textarea")) active.blur();
    event.preventDefault();
    this.root.current?.setPointerCapture(event.pointerId);
  };

  private readonly move = (event: PointerEvent) => {
    const { drag } = this;
    if (!drag) return;
    if (!drag.moved) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
      drag.moved = true;
      this.root.current?.setPointerCapture(event.pointerId);
    }
    if (drag.kind === "swap") this.swapTo(event, drag.key!, event.clientX - drag.x, event.clientY - drag.y);
    else if (drag.kind === "brush") this.brushTo(event, drag);
    else {
      const [right, up] = [event.clientX - drag.x, drag.y - event.clientY];
      drag.axis ??= Math.abs(up) >= Math.abs(right) ? "times" : "scale";
      const { times, scale } = drag.item;
      const values =
        drag.axis === "times"
          ? { times: times + Math.round(up / PER_TIME) }
          : { scale: (scale ?? 1) + 0.05 * Math.round(right / PER_SCALE) };
      this.props.store.move(dragHandle(this.props.network, drag.from, drag.item.at!, values));
    }
  };

  /** Where it would be put is marked; where it can't, that is said at once. */
  private swapTo(event: PointerEvent, key: string, x: number, y: number): void {
    const one = this.item(key);
    if (!one?.times) return;
    const under = this.root.current?.getRootNode() as ShadowRoot | Document;
    const found = keyOf(under.elementFromPoint(event.clientX, event.clientY));
    const other = found === key ? undefined : this.item(found);
    const { store, items, network } = this.props;
    const refused = other ? swapRefusal(items, one, other, network) : null;
    if (refused !== store.state.said) store.move((state) => ({ ...state, said: refused }));
    const shift = `translate(${x}px, ${limited(y, 14)}px)`;
    this.setState({ dragged: { key, shift, over: other?.key ?? null, runs: refused === null } });
  }

  private brushTo(event: PointerEvent, drag: Drag): void {
    const root = this.root.current!;
    const outer = root.getBoundingClientRect();
    const [left, right] = [Math.min(drag.x, event.clientX), Math.max(drag.x, event.clientX)];
    const [top, bottom] = [Math.min(drag.y, event.clientY), Math.max(drag.y, event.clientY)];
    const brushed = [...this.places()].flatMap(([key, box]) =>
      box.left < right && box.right > left && box.top < bottom + 1 && box.bottom > top - 1 ? [key] : [],
    );
    this.setState({
      box: { left: left - outer.left, top: top - outer.top, width: right - left, height: bottom - top },
      brushed,
    });
  }

  private readonly up = (event: PointerEvent) => {
    const { drag } = this;
    const { dragged, brushed } = this.state;
    this.drag = null;
    if (!drag) return;
    const { store, network } = this.props;
    if (!drag.moved) {
      if (event.shiftKey && drag.key !== null) store.do(extend(network.blocks, drag.key));
      return;
    }
    this.dragged = true;
    setTimeout(() => {
      this.dragged = false;
    });
    this.setState(REST);
    if (drag.kind === "handle") {
      store.settle(drag.before);
      store.do((state) => ({ ...look(drag.key)(state), said: state.said }));
    } else if (event.type === "pointercancel") return;
    else if (drag.kind === "brush") store.do(brush(network, brushed));
    else if (dragged?.over) store.do(swapItems(network, dragged.key, dragged.over));
  };

  /* ---- presses and keys ---- */

  private readonly press = (event: MouseEvent) => {
    const key = keyOf(event.target);
    if (key === null || event.shiftKey || this.dragged) return;
    const { store, network } = this.props;
    const target = event.target as Element;
    if (target.closest(".tile-number")) store.do(drop(network, [key]));
    else if (target.closest(".tile-body")) store.do(look(key));
  };
  private readonly key = (event: KeyboardEvent) => {
    const key = keyOf(event.target);
    if (key === null || event.ctrlKey || event.metaKey) return;
    const { store, network, state } = this.props;
    const action = stripKey(event, key, network, state);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    store.do(action);
  };
  private readonly over = (event: PointerEvent) => {
    if (this.drag?.moved) return;
    const key = keyOf(event.target);
    this.props.store.do(point(key === null ? null : { key, step: null }));
  };

  override render(): JSX.Element {
    const { items, network, focus, shapes, stale } = this.props;
    const { box } = this.state;
    let home = -1; // the place that a block has in the untouched network
    const homes = items.map((item) => {
      home += item.again ? 0 : 1;
      return home;
    });
    const entry = focus ?? items[0]?.key;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a group of buttons, no fieldset
      <div
        id="interventions-strip"
        class="strip"
        data-stale={stale ? "" : undefined}
        ref={this.root}
        role="group"
        aria-label="Blocks of the network: arrow keys move, D drops, R repeats"
        onPointerDown={this.down}
        onPointerMove={this.move}
        onPointerUp={this.up}
        onPointerCancel={this.up}
        onPointerOver={this.over}
        onPointerLeave={() => this.drag || this.props.store.do(point(null))}
        onClick={this.press}
        onKeyDown={this.key}
      >
        <span class="strip-end">image</span>
        {segmentsOf(items, network).map(({ key, stage, first, items: inside }) => {
          const shape = shapeText(shapes, inside.at(-1)!.block);
          const grow = inside.reduce((sum, item) => sum + this.props.sizes[item.block]!.width, 0);
          return (
            <div key={key} class="segment" style={`--grow: ${grow.toFixed(3)}; --count: ${inside.length}`}>
              <span class="segment-name">
                stage {stage + 1} {shape && <span>{shape}</span>}
              </span>
              <div class="lane">{inside.map((item, i) => this.drawn(item, homes[first + i]!, entry === item.key))}</div>
            </div>
          );
        })}
        <span class="strip-end">head</span>
        {box && (
          <div
            class="strip-brush"
            aria-hidden="true"
            style={`left: ${box.left}px; top: ${box.top}px; width: ${box.width}px; height: ${box.height}px`}
          />
        )}
      </div>
    );
  }

  private drawn(item: Item, home: number, entry: boolean): JSX.Element {
    const { network, sizes, fills, focus, state } = this.props;
    const { dragged, box, brushed } = this.state;
    const size = sizes[item.block]!;
    const over = dragged?.over === item.key ? (dragged.runs ? "target" : "no") : null;
    return (
      <Tile
        key={item.key}
        item={item}
        block={network.blocks[item.block]!}
        height={size.height}
        width={size.width}
        fill={item.off ? null : (fills[item.block] ?? null)}
        moved={item.times > 0 && !item.again && home !== item.block}
        focused={focus === item.key}
        selected={(box ? brushed : state.selected).includes(item.key)}
        pointed={state.pointed?.key === item.key}
        entry={entry}
        over={over}
        shift={dragged?.key === item.key ? dragged.shift : null}
      />
    );
  }
}

interface Segment {
  readonly key: string;
  readonly stage: number;
  readonly first: number; // place of its first item
  readonly items: Item[];
}

/** Items of one stage that follow each other. */
function segmentsOf(items: readonly Item[], { blocks }: Network): Segment[] {
  const found: Segment[] = [];
  items.forEach((item, first) => {
    const { stage } = blocks[item.block]!;
    const last = found.at(-1);
    if (last?.stage === stage) last.items.push(item);
    else
      found.push({ key: `${stage}.${found.filter((one) => one.stage === stage).length}`, stage, first, items: [item] });
  });
  return found;
}
