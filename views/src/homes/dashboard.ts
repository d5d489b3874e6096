/** The dashboard's pages: the address bar, and the service behind the dashboard's own address. */

import { searchOf } from "../address";
import type { Home } from "../home";
import { Service } from "../sources/service";
import type { Place } from "../state";

/** The path under which a proxy serves the dashboard. */
const prefix = (): string => document.documentElement.dataset.prefix ?? "";

/** Tell Dash of an address that it did not write. */
const tell = () => window.dispatchEvent(new PopStateEvent("popstate", { state: history.state }));

let home: Home | null = null;

export function dashboardHome(): Home {
  home ??= make();
  return home;
}

function make(): Home {
  const told = document.querySelector<HTMLElement>("[data-rest]")?.dataset ?? {};
  return {
    source: new Service(`${prefix()}/api`, told.rest ?? location.origin),
    version: told.version ?? "",
    guarded: "token" in told,
    bar: {
      search: () => location.search,
      write(search, entry) {
        const address = location.pathname + search;
        if (entry) history.pushState(history.state, "", address);
        else history.replaceState(history.state, "", address);
        tell();
      },
      listen(changed) {
        const heard = () => {
          if (location.pathname === path) changed();
        };
        const path = location.pathname;
        window.addEventListener("popstate", heard);
        return () => window.removeEventListener("popstate", heard);
      },
    },
    href: (path) => prefix() + path,
    go(place: Place) {
      history.pushState({}, "", `${prefix()}/${place.page}${searchOf(place)}`);
      tell();
    },
    paper: (figure) => `${prefix()}/paper#paper-fig${figure}`,
    pdf: toPdf,
    font: () => Promise.resolve(""),
  };
}

async function toPdf(svg: string): Promise<Blob> {
  const headers = { "Content-Type": "image/svg+xml" };
  const answer = await fetch(`${prefix()}/figure.pdf`, { method: "POST", headers, body: svg });
  if (answer.ok && answer.headers.get("content-type") === "application/pdf") return answer.blob();
  throw new Error(answer.ok ? (await answer.json()).refused : `the dashboard answered ${answer.status}`);
}
