/** A link to another state, shown without loading the page anew; plain text where states have no address. */

import type { ComponentChildren, JSX } from "preact";
import { addressOf, type Home } from "../home";
import type { Place } from "../state";

export function Link(properties: {
  home: Home;
  to: Place;
  class?: string;
  title?: string;
  children: ComponentChildren;
}): JSX.Element {
  const { home, to, children } = properties;
  const press = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return; // another tab or window
    event.preventDefault();
    home.go(to);
  };
  return (
    <a class={properties.class ?? ""} title={properties.title ?? ""} href={addressOf(home, to) ?? "#"} onClick={press}>
      {children}
    </a>
  );
}
