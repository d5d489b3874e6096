/** The dashboard's pages: the address bar, and the service behind the dashboard's own address. */

import { searchOf } from "../address";
import { base64 } from "../charts/export";
import type { Home } from "../home";
import { documentOf } from "../sources/embedded";
import { Recorder } from "../sources/recorder";
import { Service } from "../sources/service";
import type { Place } from "../state";
import type { Bar } from "../store";

/** The path under which a proxy serves the dashboard. */
const prefix = (): string => document.documentElement.dataset.prefix ?? "";

/** Tell Dash of an address that it did not write. */
const tell = () => window.dispatchEvent(new PopStateEvent("popstate", { state: history.state }));

let home: Home | null = null;
let typeface: Promise<string> | null = null;

export function dashboardHome(): Home {
  home ??= make();
  return home;
}

function make(): Home {
  const told = document.querySelector<HTMLElement>("[data-rest]")?.dataset ?? {};
  const source = new Recorder(new Service(`${prefix()}/api`, told.rest ?? location.origin));
  const font = () => {
    typeface ??= fontCss().catch((error) => {
      typeface = null; // it may be there next time
      throw error;
    });
    return typeface;
  };
  return {
    source,
    version: told.version ?? "",
    guarded: "token" in told,
    bar: addressBar,
    href: (path) => prefix() + path,
    go(place: Place) {
      history.pushState({}, "", `${prefix()}/${place.page}${searchOf(place)}`);
      tell();
    },
    paper: (figure) => `${prefix()}/paper#paper-fig${figure}`,
    pdf: toPdf,
    font,
    document: async (place) => {
      const held = await source.held(told.version ?? "", `${place.page}${searchOf(place)}`);
      const script = await fetch(import.meta.url).then((answer) => answer.text());
      return documentOf(document.title, held, await font(), script);
    },
  };
}

/** The address bar for the view that is shown now. Once it shows another page, a view neither reads nor writes it. */
function addressBar(): Bar {
  const page = () => location.pathname.replace(/\/blocks\/?$/, "/"); // "/" is Blocks, too
  const own = page();
  const here = () => page() === own;
  return {
    search: () => location.search,
    write(search, entry) {
      if (!here()) return;
      const address = location.pathname + search;
      if (entry) history.pushState(history.state, "", address);
      else history.replaceState(history.state, "", address);
      tell();
    },
    listen(changed) {
      const heard = () => {
        if (here()) changed();
      };
      window.addEventListener("popstate", heard);
      return () => window.removeEventListener("popstate", heard);
    },
  };
}

async function toPdf(svg: string): Promise<Blob> {
  const headers = { "Content-Type": "image/svg+xml" };
  const answer = await fetch(`${prefix()}/figure.pdf`, { method: "POST", headers, body: svg });
  if (answer.ok && answer.headers.get("content-type") === "application/pdf") return answer.blob();
  throw new Error(answer.ok ? (await answer.json()).refused : `the dashboard answered ${answer.status}`);
}

/** The typeface inside CSS: an exported figure looks the same everywhere. */
async function fontCss(): Promise<string> {
  const faces = [400, 600].map(async (weight) => {
    const answer = await fetch(`${prefix()}/assets/fonts/inter-${weight}.woff2`);
    if (!answer.ok) throw new Error(`the typeface is not there: the dashboard answered ${answer.status}`);
    const file = await answer.arrayBuffer();
    const source = `url("data:font/woff2;base64,${base64(new Uint8Array(file))}") format("woff2")`;
    return `@font-face{font-family:Inter;font-weight:${weight};src:${source}}`;
  });
  return (await Promise.all(faces)).join("");
}
