/** A notebook's cell or a file: states have no address, and the three pages take turns in one box. */

import { searchOf } from "../address";
import type { Home } from "../home";
import type { Source } from "../sources/source";
import type { Page, Place } from "../state";

export interface MemoryHome extends Home {
  /** Show what an address says: "blocks?run=…". */
  show(place: string): void;
}

export function memoryHome(
  source: Source,
  options: {
    readonly version: string;
    readonly font: () => Promise<string>;
    /** Take away the view of another page, before the state is that of the next. */
    leaving(next: Page): void;
    shown(page: Page): void;
  },
): MemoryHome {
  let search = "";
  let shown: string | null = null;
  const listeners = new Set<() => void>();
  const show = (place: string) => {
    const [page = "blocks", query = ""] = place.split("?", 2);
    options.leaving(page as Page);
    if (page !== shown) listeners.clear(); // the view that was taken away closes later, and hears nothing any more
    shown = page;
    search = query ? `?${query}` : "";
    options.shown(page as Page);
    for (const changed of listeners) changed();
  };
  return {
    source,
    version: options.version,
    guarded: false,
    bar: () => ({
      search: () => search,
      write: (next) => {
        search = next;
      },
      listen: (changed) => {
        listeners.add(changed);
        return () => listeners.delete(changed);
      },
    }),
    href: () => null,
    go: (place: Place) => show(`${place.page}${searchOf(place)}`),
    paper: null,
    pdf: null,
    document: null,
    font: options.font,
    show,
  };
}
