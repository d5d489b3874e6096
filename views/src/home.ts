/** What a view knows of the place where it is shown: a page of the dashboard, a notebook, or a file. */

import { searchOf } from "./address";
import type { Source } from "./sources/source";
import type { Place } from "./state";
import type { Bar } from "./store";

export interface Home {
  readonly source: Source;
  /** The address of the page that is shown now, for one view. */
  bar(): Bar;
  readonly version: string;
  /** Whether copied requests need a token. */
  readonly guarded: boolean;
  /** The address of a page of the dashboard ("/runs?new=demo"); null where there are none. */
  href(path: string): string | null;
  /** Show a state, on its page. */
  go(place: Place): void;
  /** The Paper page at a figure. */
  readonly paper: ((figure: number) => string) | null;
  /** Converts SVG to PDF; null where nothing can. */
  readonly pdf: ((svg: string) => Promise<Blob>) | null;
  /** Writes what was shown as one HTML file; null where there is such a file already. */
  readonly document: ((place: Place) => Promise<string>) | null;
  /** CSS that brings the typeface into an exported figure. */
  font(): Promise<string>;
}

/** The address of a state; undefined where states have none. */
export const addressOf = (home: Home, place: Place): string | undefined =>
  home.href(`/${place.page}${searchOf(place)}`) ?? undefined;
