/** Where the values of a chart are on the screen. */

import { tickStep, ticks } from "d3-array";
import { LARGE, powerOfTen, scientific } from "../text";
import type { Axis, Chart } from "./spec";

export interface Place {
  (value: number): number;
  invert(pixel: number): number;
  readonly ticks: readonly (readonly [number, string])[];
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: Place;
  readonly y: Place;
}

const DIGIT = 6.5; // px, of the ticks' type
const minus = (text: string) => text.replace("-", "−");

function ticksOf(axis: Axis, pixels: number): [number, string][] {
  const [low, high] = axis.range;
  if (axis.names) return axis.names.filter(([at]) => at >= low && at <= high).map(([at, name]) => [at, name]);
  if (axis.step) {
    const room = Math.max(1, Math.floor(pixels / 26)); // a tick needs as much
    const every = axis.step * Math.ceil((high - low) / axis.step / room);
    const first = Math.ceil(low / every - 1e-9);
    const total = Math.floor(high / every + 1e-9) - first + 1;
    return Array.from({ length: Math.max(0, total) }, (_, i) => [
      (first + i) * every,
      minus(String((first + i) * every)),
    ]);
  }
  if (axis.log) return decades(low, high).map((value) => [value, logText(value)]);
  const wanted = Math.max(2, Math.min(7, Math.round(pixels / 44)));
  const last = Math.floor(Math.log10(tickStep(low, high, wanted)) + 1e-9); // the power of the last digit that differs
  if (Math.max(-low, high) >= LARGE) {
    const shown = (value: number) => Math.max(0, Math.floor(Math.log10(Math.abs(value)) + 1e-9) - last);
    return ticks(low, high, wanted).map((value) => [value, value ? scientific(value, shown(value)) : "0"]);
  }
  const digits = Math.max(0, -last);
  return ticks(low, high, wanted).map((value) => [value, minus(value.toFixed(digits))]);
}

/** Powers of ten; 2 and 5 times them too where there would be fewer than two. */
function decades(low: number, high: number): number[] {
  if (!(low > 0 && high < Number.POSITIVE_INFINITY)) return [];
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.max(1, Math.ceil((last - first) / 6));
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const inside = (values: number[]) => values.filter((value) => value >= low && value <= high);
  const plain = inside(powers.filter((power) => power % every === 0).map((power) => 10 ** power));
  return plain.length > 1 ? plain : inside(powers.flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power)));
}

function logText(value: number): string {
  const power = Math.round(Math.log10(value));
  if (Math.abs(power) < 3) return String(Number(value.toPrecision(3)));
  return Math.abs(Math.log10(value) - power) > 1e-9 ? scientific(value, 0) : powerOfTen(power);
}

function place(axis: Axis, from: number, to: number): Place {
  const bend = axis.log ? Math.log : Number;
  const [low, high] = [bend(axis.range[0]), bend(axis.range[1])];
  const factor = (to - from) / (high - low || 1);
  return Object.assign((value: number) => from + (bend(value) - low) * factor, {
    invert: (pixel: number) => {
      const found = low + (pixel - from) / factor;
      return axis.log ? Math.exp(found) : found;
    },
    ticks: ticksOf(axis, Math.abs(to - from)),
  });
}

/** The places of a chart's values in a box of this size. */
export function frameOf(chart: Chart, width: number, height: number): Frame {
  const top = chart.heading ? 34 : chart.blocks ? 20 : 12;
  const bottom = height - 38;
  const y = place(chart.y, bottom, top);
  const longest = Math.max(0, ...y.ticks.map(([, name]) => Math.max(...name.split("\n").map((line) => line.length))));
  const left = Math.round((chart.y.title ? 26 : 10) + DIGIT * longest);
  const right = width - (chart.scale ? 62 : 12);
  return { width, height, left, right, top, bottom, x: place(chart.x, left, right), y };
}
