/** A chart on the screen: it fills its box, and tells what is pointed at, pressed, dragged or reached by keys. */

import { Component, type JSX } from "preact";
import { memo } from "../parts/memo";
import { describe } from "./describe";
import { type Mark, marks, type PictureProps, picture } from "./draw";
import { type Frame, frameOf } from "./frame";
import type { Look } from "./look";
import type { Chart, Range } from "./spec";

export interface PlotProps {
  readonly id: string;
  readonly chart: Chart;
  readonly look: Look;
  readonly marks: readonly Mark[];
  /** What it shows, in words. */
  readonly label: string;
  /** A value on the x axis (and, in a map, its row) is pointed at; null: none any more. */
  onPoint?(x: number | null, y: number): void;
  onPress?(x: number, y: number, more: boolean): void;
  /** A range was dragged; null: all of it, by a double click. */
  onDrag?(range: Range | null): void;
  /** An arrow key moves what is pointed at. */
  onStep?(by: number): void;
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly drag: Range | null;
}

const FAR = 4; // px before a press becomes a drag
const Base = memo((properties: PictureProps) => picture(properties));

export class Plot extends Component<PlotProps, Size> {
  override state: Size = { width: 0, height: 0, drag: null };
  private box: HTMLElement | null = null;
  private observer: ResizeObserver | null = null;
  private known: { chart: Chart; width: number; height: number; frame: Frame } | null = null;
  private from: number | null = null;

  override componentDidMount(): void {
    this.measure();
    this.observer = new ResizeObserver(() => this.measure());
    if (this.box) this.observer.observe(this.box);
  }
  override componentWillUnmount(): void {
    this.observer?.disconnect();
  }
  private measure(): void {
    const { clientWidth: width = 0, clientHeight: height = 0 } = this.box ?? {};
    if (width !== this.state.width || height !== this.state.height) this.setState({ width, height });
  }

  private frame(): Frame {
    const { width, height } = this.state;
    const { chart } = this.props;
    if (this.known?.chart !== chart || this.known.width !== width || this.known.height !== height) {
      this.known = { chart, width, height, frame: frameOf(chart, width, height) };
    }
    return this.known.frame;
  }

  /** The values under the pointer; null outside the plot. */
  private under(event: MouseEvent): [number, number] | null {
    const frame = this.frame();
    const box = this.box!.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (x < frame.left - 2 || x > frame.right + 2 || y < frame.top - 6 || y > frame.bottom + 6) return null;
    return [frame.x.invert(x), frame.y.invert(y)];
  }

  private readonly move = (event: PointerEvent) => {
    if (this.from !== null && this.props.onDrag) {
      const x = this.frame().x.invert(event.clientX - this.box!.getBoundingClientRect().left);
      const far = Math.abs(this.frame().x(x) - this.frame().x(this.from)) >= FAR;
      if (far || this.state.drag) this.setState({ drag: [this.from, x] });
      return;
    }
    const found = this.under(event);
    this.props.onPoint?.(found ? found[0] : null, found ? found[1] : Number.NaN);
  };
  private readonly down = (event: PointerEvent) => {
    const found = event.button === 0 ? this.under(event) : null;
    if (!found) return;
    this.from = found[0];
    if (this.props.onDrag) this.box!.setPointerCapture(event.pointerId);
  };
  private readonly up = (event: PointerEvent) => {
    const { from } = this;
    const { drag } = this.state;
    this.from = null;
    if (from === null) return;
    if (drag) {
      this.setState({ drag: null });
      this.props.onDrag?.(drag[0] < drag[1] ? drag : [drag[1], drag[0]]);
      return;
    }
    const found = this.under(event);
    if (found) this.props.onPress?.(found[0], found[1], event.shiftKey || event.ctrlKey || event.metaKey);
  };
  private readonly cancel = () => {
    this.from = null;
    this.setState({ drag: null });
  };
  private readonly key = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (by === undefined || !this.props.onStep || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.props.onStep(by);
  };

  override render(): JSX.Element {
    const { id, chart, look, label, onPoint, onDrag, onPress, onStep } = this.props;
    const { width, height, drag } = this.state;
    const ready = width > 60 && height > 60;
    const frame = ready ? this.frame() : null;
    const brush: Mark[] = drag ? [{ kind: "span", from: drag[0], to: drag[1], as: "brush" }] : [];
    return (
      <div
        class={`plot${onPress ? " pressed" : ""}`}
        ref={(box) => {
          this.box = box;
        }}
        role="img"
        aria-label={`${label} ${describe(chart)}`}
        tabIndex={onStep ? 0 : undefined}
        onMouseDown={(event) => event.preventDefault()} // keys stay where they were; Tab brings them here
        onPointerMove={this.move}
        onPointerLeave={() => onPoint?.(null, Number.NaN)}
        onPointerDown={this.down}
        onPointerUp={this.up}
        onPointerCancel={this.cancel}
        onDblClick={() => onDrag?.(null)}
        onKeyDown={this.key}
        onBlur={() => onPoint?.(null, Number.NaN)}
        data-plot={id}
      >
        {frame && (
          <>
            <svg width={width} height={height} aria-hidden="true">
              <Base chart={chart} frame={frame} look={look} id={id} />
            </svg>
            <svg class="marks" width={width} height={height} aria-hidden="true">
              {marks([...this.props.marks, ...brush], frame)}
            </svg>
          </>
        )}
      </div>
    );
  }
}
