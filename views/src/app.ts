/** All three pages in one box: what a notebook's cell and a file show. */

import { carried, placeOf } from "./address";
import { isDark } from "./element";
import type { Home } from "./home";
import { type MemoryHome, memoryHome } from "./homes/memory";
import { Document, type Embedded } from "./sources/embedded";
import { Kernel, type Model } from "./sources/kernel";
import type { Source } from "./sources/source";
import type { Page, Place } from "./state";
import frame from "./styles/app.css";

const PAGES: readonly (readonly [Page, string])[] = [
  ["blocks", "Blocks"],
  ["interventions", "Interventions"],
  ["examples", "Examples"],
];

const sheet = new CSSStyleSheet();
sheet.replaceSync(frame);

/** A page's place, with what only other pages say. */
function joined(before: Place, now: Place): Place {
  const plan = now.page === "interventions" ? now.plan : before.plan;
  if (now.page !== "blocks") return { ...now, plan };
  return { ...now, plan, images: before.images, checkpoint: now.epoch === before.epoch ? before.checkpoint : null };
}

interface Options {
  readonly version: string;
  readonly place: string;
  readonly font: () => Promise<string>;
}

/** Put the pages into an element; the function that takes them away again. */
export function showIn(box: HTMLElement, source: Source, options: Options): () => void {
  const root = document.createElement("div");
  root.className = "iterscope";
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves us the keys whose target this is: everything else is inside
  const navigation = Object.assign(document.createElement("nav"), { ariaLabel: "Pages" });
  const content = document.createElement("div");
  root.attachShadow({ mode: "open" }).append(navigation, content);
  root.shadowRoot!.adoptedStyleSheets = [sheet];
  box.append(root);

  let page: Page = "blocks";
  let kept: Place | null = null;
  const leave = () => content.replaceChildren(); // a view that is taken away writes down what it showed
  const buttons = PAGES.map(([name, title]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: title });
    button.addEventListener("click", () => {
      if (name === page) return;
      leave();
      const { place } = placeOf(page, home.bar().search());
      kept = kept?.run === place.run ? joined(kept, place) : place;
      home.go(carried(name === "examples" ? { ...kept, plan: null } : kept, name)); // an image there is of the untouched network
      (content.firstElementChild as HTMLElement | null)?.focus({ preventScroll: true }); // its keys work at once
    });
    navigation.append(button);
    return [name, button] as const;
  });
  const home: MemoryHome = memoryHome(source, {
    ...options,
    leaving: (next) => {
      if (next !== page) leave();
    },
    shown: (next) => {
      page = next;
      for (const [name, button] of buttons) button.ariaCurrent = name === page ? "page" : null;
      if (content.firstElementChild?.localName === `iterscope-${page}`) return;
      const view = document.createElement(`iterscope-${page}`) as HTMLElement & { home: Home | null };
      view.home = home;
      view.tabIndex = -1; // a press beside the controls brings the keys here
      content.replaceChildren(view);
    },
  });
  const dress = () => root.toggleAttribute("data-dark", isDark());
  const watch = new MutationObserver(dress);
  for (const target of [document.documentElement, document.body]) watch.observe(target, { attributes: true });
  dress();
  home.show(options.place);
  return () => {
    watch.disconnect();
    root.remove();
  };
}

/** anywidget: one view of a widget in a notebook's cell. */
export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const source = new Kernel(model);
  const font = () => source.get<string>("/font");
  void font().then(bring, () => {});
  const leave = showIn(el, source, { version: String(model.get("version")), place: String(model.get("place")), font });
  return () => {
    leave();
    source.close();
  };
}

let brought = false;
/** Bring the typeface to the page around: styles inside a shadow root can't. */
function bring(css: string): void {
  if (brought || !css) return;
  brought = true;
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
}

/** A file: what it holds is in its own script element. */
export function showDocument(data: HTMLElement): void {
  const held = JSON.parse(data.textContent ?? "{}") as Embedded;
  const css = document.querySelector("style[data-font]")?.textContent ?? "";
  showIn(document.body, new Document(held), { version: held.version, place: held.place, font: async () => css });
}
