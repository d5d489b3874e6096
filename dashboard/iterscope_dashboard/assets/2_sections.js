/* The Paper and the Literature page: a section is asked for when it comes near the view; its address is that of its title. */
(function () {
  "use strict";
  const it = window.iterscope;
  const NEAR = "800px 0px"; // above and below the view

  /* `named`: what the address calls a section; `choices`: the names of what is chosen at the top, in the order of the inputs. */
  function sections(page, named, choices) {
    let watcher = null;
    let chosen = null;
    let running = [];
    let shown = null; // the section that the address led to: a page that is drawn again stays where it is

    function ask(section) {
      watcher.unobserve(section);
      it.set({ figure: section.dataset.lazy, type: `${page}-want` }, { data: { near: Date.now() } });
    }

    function watch() {
      if (watcher) watcher.disconnect();
      watcher = new IntersectionObserver((entries) => entries.filter((e) => e.isIntersecting).forEach((e) => ask(e.target)), {
        rootMargin: NEAR,
      });
      document.querySelectorAll(`.${page}-page .paper-section[data-lazy]`).forEach((section) => watcher.observe(section));
    }

    const sectionOf = (name) => it.byId(`${page}-${name}`);
    function go(name, smooth) {
      const section = sectionOf(name);
      if (!section) return false;
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      section.scrollIntoView({ behavior: smooth && !calm ? "smooth" : "instant", block: "start" });
      return true;
    }

    document.addEventListener("click", (event) => {
      const link = event.target.closest && event.target.closest(`.${page}-page [data-figure-link]`);
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !go(link.dataset.figureLink, true)) return;
      event.preventDefault();
      shown = link.dataset.figureLink;
      it.remember({ [named]: shown });
      sectionOf(shown).querySelector(".figure-number").focus({ preventScroll: true });
    });

    /* Work for a view that was left is stopped. */
    function leave() {
      if (watcher) watcher.disconnect();
      if (running.length) it.cancel(running);
      running = [];
      shown = null;
    }
    window.addEventListener("pagehide", leave);
    it.leaving.push((pathname) => pathname !== `/${page}` && leave());

    it.clientside(page, {
      load: (context) => {
        if (!context) return;
        requestAnimationFrame(() => {
          const name = it.query()[named] || null;
          if (name && name !== shown) go(name, false);
          shown = name;
          watch();
        });
      },
      choose: (...values) => {
        const sink = it.byId(`${page}-do-choose`);
        const now = Object.fromEntries(choices.map((name, at) => [name, values[at]]));
        if (!sink) return;
        if (!chosen || chosen.sink !== sink) {
          chosen = { sink, values: now };
          return;
        }
        if (JSON.stringify(chosen.values) !== JSON.stringify(now)) it.go({ ...it.query(), ...now });
      },
      jobs: (stores) => {
        running = (stores || []).flatMap((jobs) => Object.values(jobs || {}).map((entry) => entry.job).filter(Boolean));
      },
    });
  }

  sections("paper", "figure", ["dataset", "second"]);
  sections("literature", "work", ["run"]);
})();
