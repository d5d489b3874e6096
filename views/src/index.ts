/** The custom elements. A page of the dashboard, a notebook or a file puts them where they are shown. */

import { render, showDocument } from "./app";
import { Mounted, type PageView } from "./element";
import type { Home } from "./home";
import { dashboardHome } from "./homes/dashboard";
import { blocksPage } from "./pages/blocks/page";
import { examplesPage } from "./pages/examples/page";
import { interventionsPage } from "./pages/interventions/page";

const VIEWS: Readonly<Record<string, PageView>> = {
  "iterscope-blocks": { page: "blocks", draw: blocksPage },
  "iterscope-interventions": { page: "interventions", draw: interventionsPage },
  "iterscope-examples": { page: "examples", draw: examplesPage },
};

for (const [name, view] of Object.entries(VIEWS)) {
  if (customElements.get(name)) continue; // the first definition on a page wins
  customElements.define(
    name,
    class extends HTMLElement {
      /** Set by a notebook or a file before the element is shown. */
      home: Home | null = null;
      private mounted: Mounted | null = null;

      connectedCallback(): void {
        this.mounted ??= new Mounted(this, view, this.home ?? dashboardHome());
      }
      connectedMoveCallback(): void {} // by moveBefore(): all stays as it is
      disconnectedCallback(): void {
        this.mounted?.flush();
        queueMicrotask(() => {
          if (this.isConnected) return; // it was only moved
          this.mounted?.close();
          this.mounted = null;
        });
      }
    },
  );
}

/** A page of the dashboard shows its view at once; Dash takes it to its place when it is there. */
const early = document.getElementById("early");
const first = `iterscope-${document.documentElement.dataset.page}`;
if (early && first in VIEWS) early.append(Object.assign(document.createElement(first), { id: "view" }));

const data = document.getElementById("iterscope-data");
if (data) showDocument(data);

/** Read by anywidget. */
export default { render };
