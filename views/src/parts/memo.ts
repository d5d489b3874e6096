/** Components that are drawn again only when a property is another one, and values that are computed again only then. */

import { Component, type ComponentChildren, type FunctionComponent } from "preact";

/** A component that is a function of its properties. */
export function memo<P extends object>(draw: (properties: P) => ComponentChildren): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const [a, b] = [this.props as Record<string, unknown>, next as Record<string, unknown>];
      return Object.keys(b).length !== Object.keys(a).length || Object.keys(b).some((name) => a[name] !== b[name]);
    }
    override render() {
      return draw(this.props as P);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}

/** Values by name, each kept while what it depends on is the same. */
export class Memory {
  private readonly kept = new Map<string, { on: readonly unknown[]; value: unknown }>();

  keep<T>(name: string, on: readonly unknown[], make: () => T): T {
    const known = this.kept.get(name);
    if (known && known.on.length === on.length && known.on.every((each, i) => each === on[i])) return known.value as T;
    const value = make();
    this.kept.set(name, { on, value });
    return value;
  }
}
