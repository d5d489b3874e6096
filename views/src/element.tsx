/** What every view's element does: it keeps a state, draws it, and asks its source for what the drawing needs. */

import { type ComponentChild, render } from "preact";
import { DARK, LIGHT, type Look } from "./charts/look";
import type { Context } from "./context";
import type { Home } from "./home";
import { Loader } from "./loader";
import { Memory } from "./parts/memo";
import type { Action, Page } from "./state";
import { Store } from "./store";
import base from "./styles/base.css";
import blocks from "./styles/blocks.css";
import examples from "./styles/examples.css";
import interventions from "./styles/interventions.css";

const sheet = new CSSStyleSheet();
sheet.replaceSync(base + blocks + interventions + examples);

/** Whether the page around is dark: Dash's Mantine, JupyterLab and marimo say so on the root or the body; else the browser. */
export function isDark(): boolean {
  const { documentElement: root, body } = document;
  const scheme = root.dataset.mantineColorScheme ?? body.dataset.theme ?? root.dataset.theme;
  if (scheme) return scheme === "dark";
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  if (root.classList.contains("dark") || body.classList.contains("dark") || body.classList.contains("vscode-dark"))
    return true;
  return matchMedia("(prefers-color-scheme: dark)").matches && !body.classList.contains("vscode-light");
}

/** A page as it is drawn, and what it does with what no control wants. */
export interface Drawn {
  readonly content: ComponentChild;
  keys?(key: string, event: KeyboardEvent): Action | null;
  /** The next moment of what plays by itself. */
  readonly tick?: Action | null;
  /** Whether Ctrl Z and Ctrl Y undo and redo. */
  readonly undoes?: boolean;
}

export interface PageView {
  readonly page: Page;
  draw(context: Context): Drawn;
}

const POPPED = "textarea, select, details[open], [role=listbox], [contenteditable]";
const WANTING = `input, ${POPPED}`;
/** Controls that want these keys; of the others, sliders and buttons want some, and leave the page Escape. */
const WANTED_BY: Readonly<Record<string, string>> = {
  " ": `${WANTING}, button, summary`,
  Escape: `input:not([type=radio], [type=checkbox], [type=range]), ${POPPED}`,
};

/** Whether the key is one of a control. */
export function typing(event: KeyboardEvent): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey) return true;
  const target = event.composedPath()[0];
  return target instanceof Element && target.closest(WANTED_BY[event.key] ?? WANTING) !== null;
}

const PLAY = 90; // ms from one epoch to the next, at least

/** The state, the drawing and the answers of one shown page, in a root that styles of the page around don't reach. */
export class Mounted {
  private readonly root: ShadowRoot;
  private readonly store: Store;
  private readonly loader: Loader;
  private readonly memory = new Memory();
  private readonly undo: (() => void)[] = [];
  private look: Look = isDark() ? DARK : LIGHT;
  private asked = false;
  private closed = false;
  private shown = false; // all that is read, once: the dashboard's own scripts wait for it
  private drawn: Drawn = { content: null };

  constructor(
    private readonly host: HTMLElement,
    private readonly view: PageView,
    private readonly home: Home,
  ) {
    this.root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [sheet];
    this.store = new Store(view.page, home.bar(), () => this.draw());
    this.loader = new Loader(home.source, () => this.later());
    this.listen();
    this.draw();
  }

  private listen(): void {
    const on = <T extends EventTarget>(target: T, name: string, work: (event: never) => void, options?: boolean) => {
      target.addEventListener(name, work as EventListener, options);
      this.undo.push(() => target.removeEventListener(name, work as EventListener, options));
    };
    on(this.root, "click", (event: Event) => this.fold(event.target as Element));
    on(
      window, // before all others: a click may copy the address, save it in a figure, or leave the page
      "click",
      (event: Event) => {
        this.store.write();
        if (!event.composedPath().includes(this.host)) this.fold(null);
      },
      true,
    );
    on(document, "keydown", (event: KeyboardEvent) => this.key(event));
    on(window, "pagehide", () => {
      this.store.write();
      this.loader.close(); // nobody waits for what is being computed
    });
    on(window, "pageshow", (event: PageTransitionEvent) => {
      if (event.persisted) this.draw(); // Back, to a page that the browser has kept
    });
    const watch = new MutationObserver(() => this.relook());
    for (const target of [document.documentElement, document.body]) watch.observe(target, { attributes: true });
    this.undo.push(() => watch.disconnect());
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.relook());
    const playing = setInterval(() => this.play(), PLAY);
    this.undo.push(() => clearInterval(playing));
  }

  private relook(): void {
    const look = isDark() ? DARK : LIGHT;
    if (look === this.look) return;
    this.look = look;
    this.draw();
  }

  /** Answers that come together are drawn together. */
  private later(): void {
    if (this.asked) return;
    this.asked = true;
    queueMicrotask(() => {
      this.asked = false;
      this.draw();
    });
  }

  private draw(): void {
    if (this.closed || !this.store || !this.loader) return;
    const { store, home, look, memory } = this;
    const theme = look.dark ? "dark" : "light";
    if (this.host.dataset.theme !== theme) this.host.dataset.theme = theme; // each time it is set, all styles are matched again
    const settled: Action[] = [];
    this.loader.drawing((ask) => {
      const again = () => this.loader.again();
      const settle = (action: Action) => void settled.push(action);
      this.drawn = this.view.draw({ state: store.state, store, ask, look, home, memory, again, settle });
      if (settled.length) return false;
      render(this.drawn.content, this.root);
      return true;
    });
    for (const action of settled) store.move(action); // it is drawn then, and nothing that one undoes
    if (!settled.length && !this.shown && !this.loader.reading) {
      this.shown = true;
      requestAnimationFrame(() => setTimeout(() => document.dispatchEvent(new Event("iterscope-shown"))));
    }
  }

  /** A small pop-up closes on a press elsewhere. */
  private fold(target: Element | null): void {
    for (const open of this.root.querySelectorAll("details.fold[open]")) {
      if (!target || !open.contains(target)) open.removeAttribute("open");
    }
  }

  private key(event: KeyboardEvent): void {
    const open = event.key === "Escape" ? this.root.querySelector<HTMLElement>("details.fold[open]") : null;
    if (open) {
      open.removeAttribute("open");
      open.querySelector("summary")?.focus();
      return;
    }
    const free = event.target === document.body && this.home.source.kind !== "kernel"; // other views may be in a notebook
    const inside = free || event.composedPath().includes(this.host);
    if (!inside || event.defaultPrevented || this.travel(event) || typing(event)) return;
    const action = this.drawn.keys?.(event.key, event);
    if (!action) return;
    event.preventDefault();
    this.store.do(action);
  }

  /** Undo or redo; a field undoes its own. */
  private travel(event: KeyboardEvent): boolean {
    const key = event.key.toLowerCase();
    const field = (event.composedPath()[0] as Element).closest?.("input, textarea, [contenteditable]");
    if (!this.drawn.undoes || field || event.altKey || !(event.ctrlKey || event.metaKey) || !"zy".includes(key))
      return false;
    event.preventDefault();
    if (key === "y" || event.shiftKey) this.store.redo();
    else this.store.undo();
    return true;
  }

  private play(): void {
    if (this.drawn.tick) this.store.do(this.drawn.tick);
  }

  flush(): void {
    this.store.flush();
  }

  close(): void {
    this.closed = true;
    this.store.close();
    this.loader.close();
    for (const work of this.undo) work();
    render(null, this.root);
  }
}
