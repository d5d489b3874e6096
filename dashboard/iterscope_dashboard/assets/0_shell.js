/* The frame: the address, copying it, the backend's pulse. Pages add their own parts to window.iterscope. */
(function () {
  "use strict";
  const it = (window.iterscope = window.iterscope || {});
  window.dash_clientside = window.dash_clientside || {};

  /* Behind a proxy, this server's paths lie under a prefix: an address for the browser, and the path that an address names. */
  const prefix = document.documentElement.dataset.prefix || "";
  it.within = (path) => prefix + path;
  it.pathOf = (address) => (prefix && (address + "/").startsWith(prefix + "/") ? address.slice(prefix.length) || "/" : address);

  it.byId = (id) => document.getElementById(id);
  it.set = (id, props) => window.dash_clientside.set_props(id, props);
  it.plot = (id) => {
    const box = it.byId(id);
    const plot = box && box.querySelector(".js-plotly-plot");
    return plot && plot._fullLayout && plot._fullLayout._size ? plot : null;
  };

  /* Functions that Dash calls and that draw for themselves: whatever they return, Dash changes nothing. */
  it.clientside = (namespace, functions) => {
    const quiet = (work) => (...values) => {
      work(...values);
      return window.dash_clientside.no_update;
    };
    window.dash_clientside[namespace] = Object.fromEntries(
      Object.entries(functions).map(([name, work]) => [name, quiet(work)])
    );
  };

  /* Something did not work: said until dismissed. */
  it.notify = (message) =>
    it.set("notifications", { sendNotifications: [{ action: "show", message, color: "red", autoClose: false, withBorder: true,
      closeButtonProps: { "aria-label": "Dismiss" } }] });

  it.leaving = []; // called with the new path when another page is shown

  /* Computations for a page that was left are stopped. */
  it.cancel = (jobs) =>
    jobs.forEach((job) => fetch(it.within(`/api/jobs/${encodeURIComponent(job)}`), { method: "DELETE", keepalive: true }).catch(() => {}));

  const readable = (text) => encodeURIComponent(text).replace(/%(40|2C|3A)/g, decodeURIComponent).replace(/%20/g, "+");
  it.query = () => Object.fromEntries(new URLSearchParams(window.location.search));
  it.search = (values) => {
    const parts = Object.entries(values).filter(([, v]) => v !== null && v !== undefined && v !== "");
    return parts.length ? "?" + parts.map(([k, v]) => `${k}=${readable(String(v))}`).join("&") : "";
  };
  /* Write the view into the address without leaving it. */
  it.remember = (changes) => {
    const search = it.search({ ...it.query(), ...changes });
    if (search !== window.location.search) {
      window.history.replaceState(window.history.state, "", window.location.pathname + search);
    }
  };
  /* Go to another state of this page: the server draws it, and Back returns. */
  it.go = (values) => {
    const search = it.search(values);
    // with href, or Dash might go back to the one that it knew before `remember`
    const href = window.location.origin + window.location.pathname + search;
    if (search !== window.location.search) it.set("location", { search, href });
  };

  /* Put a text on the clipboard; says whether that worked. */
  it.copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      const field = document.createElement("textarea");
      field.value = text;
      document.body.appendChild(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };

  async function copyLink(button) {
    const done = await it.copy(window.location.href);
    const label = button.querySelector(".tool-text");
    label.textContent = done ? "Copied" : "Copy failed";
    button.toggleAttribute("data-done", done);
    setTimeout(() => {
      label.textContent = "Copy link";
      button.removeAttribute("data-done");
    }, 1600);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("#copy-link");
    if (button) copyLink(button);
  });

  /* What folds open over the page closes when the reader looks elsewhere, or takes something from it. */
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.fold[open]").forEach((fold) => {
      if (!fold.contains(event.target) || event.target.closest("[data-export]")) fold.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.fold[open]").forEach((fold) => {
      fold.open = false;
      fold.querySelector("summary").focus();
      event.stopPropagation();
    });
  }, true);

  /* An address may name a part of a page (/paper#paper-fig4): it is scrolled to when the page has come. */
  let sought = "";
  function seek() {
    const { href, hash } = window.location;
    const part = hash && href !== sought && it.byId(decodeURIComponent(hash.slice(1)));
    if (!part) return;
    sought = href;
    setTimeout(() => part.scrollIntoView(), 50);
  }
  new MutationObserver(seek).observe(document.documentElement, { childList: true, subtree: true });

  /* The backend's pulse: a banner while it is away, a fresh page when it is back. */
  let up = true;
  async function pulse() {
    let now = false;
    try {
      const answer = await fetch(it.within("/backend-health"), { cache: "no-store" });
      now = answer.ok && (await answer.json()).up === true;
    } catch (error) {
      now = false;
    }
    document.documentElement.dataset.backend = now ? "up" : "down";
    if (now && !up && !view) it.set("refresh", { data: Date.now() }); // a view asks again by itself
    up = now;
  }
  setInterval(() => document.visibilityState === "visible" && pulse(), 3000);

  /* ---- pages: views are shown here, the others come from the server ---- */

  const VIEWS = { "/": "blocks", "/blocks": "blocks", "/interventions": "interventions", "/examples": "examples" };
  /* What a link to a page keeps of the place that is shown. */
  const KEPT = {
    "/blocks": ["run", "epoch", "split"], "/interventions": ["run", "checkpoint", "epoch", "split", "images"],
    "/examples": ["run", "checkpoint", "epoch", "split", "images"], "/measure": ["run", "checkpoint"], "/compare": ["run", "checkpoint"],
    "/literature": ["run"],
  };
  const pathOf = (pathname) => it.pathOf(pathname).replace(/(.)\/$/, "$1");
  /* Another address of these pages, without loading everything anew. */
  it.visit = (href) => {
    history.pushState({}, "", href);
    window.dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
  };
  /* A part of the page, inside a view too. */
  it.find = (selector) => {
    const shown = it.byId("view");
    return document.querySelector(selector) || (shown && shown.shadowRoot && shown.shadowRoot.querySelector(selector));
  };

  let place = {}; // where the reader was last, which pages of no run don't say
  function markTabs() {
    const here = pathOf(window.location.pathname);
    const kept = KEPT[here === "/" ? "/blocks" : here];
    const shown = it.query();
    if (kept && shown.run) {
      const before = shown.run === place.run ? place : {};
      place = { ...before, ...Object.fromEntries(kept.map((name) => [name, shown[name]])) }; // what is not there is the default
      if (!kept.includes("checkpoint") && place.epoch !== before.epoch) delete place.checkpoint; // it is another epoch's
    }
    const now = place;
    document.querySelectorAll("#navigation a").forEach((tab) => {
      const page = it.pathOf(new URL(tab.href).pathname);
      const kept = (KEPT[page] || []).filter((name) => name !== "split" || page === "/blocks" || now.split !== "both");
      tab.href = it.within(page) + it.search(Object.fromEntries(kept.map((name) => [name, now[name]])));
      if (page === (here === "/" ? "/blocks" : here)) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    });
  }
  window.addEventListener("popstate", () => setTimeout(markTabs));
  document.addEventListener("click", (event) => {
    const tab = event.target.closest && event.target.closest("#navigation a, a.brand");
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
    event.preventDefault();
    event.stopPropagation();
    markTabs();
    it.visit(tab.href);
  }, true);

  let view = null; // the view that is shown
  let current = null; // path of the page shown
  let asked = false; // whether the page shown is the server's: an answer that comes after it was left is dropped
  window.dash_clientside.shell = {
    route: (pathname, search) => {
      const none = window.dash_clientside.no_update;
      if (!pathname) return [none, none];
      const element = VIEWS[pathOf(pathname)];
      const same = element && element === view;
      view = element || null;
      if (same) return [none, none]; // it reads its address itself
      if (!element) it.byId("early").replaceChildren(); // what the address showed before Dash was there
      const left = asked;
      asked = !element;
      if (!element) return [none, pathname + search];
      const shown = { namespace: "iterscope_views", type: "View", props: { id: "view", element: `iterscope-${element}` } };
      return [shown, left ? null : none];
    },
    title: (address) => {
      const pathname = address && pathOf(address);
      const names = {
        "/runs": "Runs", "/interventions": "Interventions", "/measure": "Measure", "/compare": "Compare", "/examples": "Examples", "/paper": "Paper",
        "/literature": "Literature", "/import": "Import",
      };
      document.title = `${names[pathname] || "Blocks"} · Iterscope`;
      markTabs();
      if (current !== null && current !== pathname) {
        window.scrollTo(0, 0);
        it.leaving.forEach((work) => work(pathname));
      }
      current = pathname ?? current;
    },
  };
})();
