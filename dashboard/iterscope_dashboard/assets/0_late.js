/* What the first sight of a page can do without: figures further down, and the table's bundle. */
(function () {
  "use strict";
  const it = (window.iterscope = window.iterscope || {});
  const { createElement, lazy, Suspense, useEffect, useState } = window.React;

  /* Resolves when what was drawn until now is on the screen. */
  it.painted = () =>
    new Promise((resolve) => {
      if (document.visibilityState === "hidden") setTimeout(resolve);
      else requestAnimationFrame(() => setTimeout(resolve));
    });

  /* Children that come one after the other once the figures before them are on the screen: each leaves the page free to answer. */
  let turn = Promise.resolve();
  const drawn = () => [...document.querySelectorAll(".dash-graph")].every((graph) => graph.querySelector(".main-svg"));
  async function next() {
    await it.painted();
    for (let waits = 0; !drawn() && waits < 200; waits += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    await it.painted();
  }
  it.Later = ({ children }) => {
    const [here, come] = useState(false);
    useEffect(() => {
      let wanted = true;
      turn = turn.then(() => wanted && next()).then(() => wanted && come(true));
      return () => {
        wanted = false;
      };
    }, []);
    return here ? children : null;
  };

  /* Tables: their bundle (1.3 MB) is loaded when the first one is on a page. */
  const load = () =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = it.within("/_dash-component-suites/dash_ag_grid/dash_ag_grid.min.js");
      script.onload = () => {
        const loaded = window.dash_ag_grid;
        window.dash_ag_grid = { ...loaded, AgGrid: Table }; // still the same component, or what is on the page would be drawn anew
        resolve({ default: loaded.AgGrid });
      };
      script.onerror = () => reject(new Error("The table could not be loaded: check that the dashboard is running, then reload the page."));
      document.head.appendChild(script);
    });
  const Loaded = lazy(load);
  const Table = (properties) => createElement(Suspense, { fallback: null }, createElement(Loaded, properties));
  window.dash_ag_grid = { AgGrid: Table };
})();
