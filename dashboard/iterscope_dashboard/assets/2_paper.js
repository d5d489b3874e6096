/* The Paper page: a figure is asked for when it comes near the view; its address is that of its title. */
(function () {
  "use strict";
  const it = window.iterscope;
  const NEAR = "800px 0px"; // above and below the view
  let watcher = null;
  let chosen = null;
  let running = [];
  let shown = null; // the figure that the address led to: a page that is drawn again stays where it is

  function ask(section) {
    watcher.unobserve(section);
    it.set({ figure: section.dataset.lazy, type: "paper-want" }, { data: { near: Date.now() } });
  }

  function watch() {
    if (watcher) watcher.disconnect();
    watcher = new IntersectionObserver((entries) => entries.filter((e) => e.isIntersecting).forEach((e) => ask(e.target)), {
      rootMargin: NEAR,
    });
    document.querySelectorAll(".paper-section[data-lazy]").forEach((section) => watcher.observe(section));
  }

  function go(figure, smooth) {
    const section = it.byId(`paper-${figure}`);
    if (!section) return false;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    section.scrollIntoView({ behavior: smooth && !calm ? "smooth" : "instant", block: "start" });
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-figure-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !go(link.dataset.figureLink, true)) return;
    event.preventDefault();
    shown = link.dataset.figureLink;
    it.remember({ figure: shown });
    it.byId(`paper-${link.dataset.figureLink}`).querySelector(".figure-number").focus({ preventScroll: true });
  });

  /* Work for a view that was left is stopped. */
  function leave() {
    if (watcher) watcher.disconnect();
    if (running.length) it.cancel(running);
    running = [];
    shown = null;
  }
  window.addEventListener("pagehide", leave);
  it.leaving.push((pathname) => pathname !== "/paper" && leave());

  it.clientside("paper", {
    load: (context) => {
      if (!context) return;
      requestAnimationFrame(() => {
        const figure = it.query().figure || null;
        if (figure && figure !== shown) go(figure, false);
        shown = figure;
        watch();
      });
    },
    choose: (dataset, second) => {
      const page = it.byId("paper-do-choose");
      const now = { dataset, second };
      if (!page) return;
      if (!chosen || chosen.page !== page) {
        chosen = { page, values: now };
        return;
      }
      if (JSON.stringify(chosen.values) !== JSON.stringify(now)) it.go({ ...it.query(), ...now });
    },
    jobs: (stores) => {
      running = (stores || []).flatMap((jobs) => Object.values(jobs || {}).map((entry) => entry.job).filter(Boolean));
    },
  });
})();
