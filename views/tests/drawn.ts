import type { VNode } from "preact";
import { picture } from "../src/charts/draw";
import { frameOf } from "../src/charts/frame";
import type { Look } from "../src/charts/look";
import type { Chart } from "../src/charts/spec";

/** Every SVG element of a chart, as it is drawn. */
export function drawn(chart: Chart, look: Look): VNode<Record<string, string>>[] {
  const found: VNode<Record<string, string>>[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) walk(each);
    else if (node && typeof node === "object") {
      const { type, props } = node as VNode<Record<string, unknown>>;
      if (typeof type === "string") found.push(node as VNode<Record<string, string>>);
      walk(typeof type === "function" ? (type as (given: object) => unknown)(props) : props.children);
    }
  };
  walk(picture({ chart, frame: frameOf(chart, 400, 300), look, id: "x" }));
  return found;
}
