/* The Examples page: the filters, the list's pieces as they are fetched, and the story of the chosen image. */
(function () {
  "use strict";
  const it = window.iterscope;
  const PIECE = 120; // images fetched at once
  const DEFAULTS = { split: "validation", n: "500", group: "borderline", sort: "margin" };
  const STORY = ["examples-probabilities", "examples-margin", "examples-blocks"];
  let context = null;
  let view = null;
  let list = null; // of the present filters: {pieces, total, stop, job}

  const here = () => Boolean(it.byId("examples-grid"));

  function remember() {
    const values = { run: context.run, checkpoint: context.checkpoint, split: context.split, n: view.drawn, group: view.group,
      by: view.group === "corrected" ? view.by : null, class: view.class, sort: view.sort, index: view.index };
    it.remember(Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v === DEFAULTS[k] ? null : v])));
  }

  /* ---- the list ---- */

  function body(offset) {
    const asked = {
      checkpoint: context.checkpoint, split: context.split, group: view.group, sort: view.sort.replace("-", ""),
      descending: view.sort.startsWith("-"), offset, count: PIECE, limit: view.drawn === "all" ? null : Number(view.drawn),
    };
    if (view.class !== null) asked.class = view.class;
    if (view.group === "corrected" && view.by !== null) asked.corrected_by = view.by;
    return asked;
  }

  /* Ask until it is there, also while the backend is away; the first time, every image runs through the network, and the bar says how far that is. */
  async function fetchPiece(mine, number) {
    mine.pieces.set(number, null);
    for (;;) {
      let answer;
      try {
        const response = await fetch(it.within("/samples"), {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body(number * PIECE)),
          signal: mine.stop.signal,
        });
        answer = await response.json();
      } catch (error) {
        if (!mine.stop.signal.aborted) setTimeout(() => mine === list && mine.pieces.delete(number), 2000);
        return;
      }
      if (mine !== list || !here()) return;
      if (answer.again) {
        await new Promise((resolve) => setTimeout(resolve, 2000));
        continue;
      }
      if (answer.error) {
        mine.pieces.delete(number);
        mine.failed = true;
        finish(0);
        it.grid.say(answer.error.title, answer.error.detail);
        return;
      }
      if (answer.result) {
        mine.job = null;
        take(mine, number, answer.result);
        return;
      }
      mine.job = answer.job.id;
      it.byId("examples-grid").setAttribute("aria-busy", "true");
      it.set("examples-progress", { value: Math.max(3, 100 * (answer.job.progress || 0)) });
    }
  }

  function finish(value) {
    it.byId("examples-grid").removeAttribute("aria-busy");
    it.set("examples-progress", { value });
  }

  function take(mine, number, result) {
    mine.pieces.set(number, result.items);
    if (mine.total === null) {
      mine.total = result.total;
      context.class_names = result.class_names;
      describe(result);
      finish(0);
      if (view.index === null && result.items.length) choose(result.items[0].index);
      if (!result.total && view.index === null) {
        it.set("examples-chosen", { data: { index: null } });
      }
      if (!result.total) it.grid.say("No images in this group", "Choose another group or class, a larger sample, or an earlier epoch, where more images are borderline.");
    }
    it.grid.draw();
  }

  /* The counts beside the choices. */
  function describe(result) {
    const groups = Object.keys(context.groups).map((name) => ({ value: name, label: `${name} · ${result.counts[name].toLocaleString("en")}` }));
    it.set("examples-group", { data: groups });
    it.set("examples-by", {
      data: result.corrected_by.map(({ block, count }) => ({ value: String(block), label: `block ${block} (${count})` })),
    });
    it.set("examples-class", { data: result.class_names.map((label, value) => ({ value: String(value), label })) });
    it.byId("examples-count").textContent = `${result.total.toLocaleString("en")} of ${result.samples.toLocaleString("en")}`;
    it.byId("examples-meaning").textContent =
      view.group === "corrected" && view.by !== null
        ? `Corrected by block ${view.by}: wrong after the previous block, correct after this block and all later ones.`
        : context.groups[view.group];
  }

  function relist() {
    if (list) list.stop.abort();
    list = { pieces: new Map(), total: null, stop: new AbortController(), job: null, failed: false };
    it.grid.reset();
    fetchPiece(list, 0);
  }

  /* What the grid asks for. */
  it.examples = {
    total: () => (list ? list.total : null),
    item: (position) => {
      const piece = list && list.pieces.get(Math.floor(position / PIECE));
      return (piece && piece[position % PIECE]) || null;
    },
    want: (first, last) => {
      if (!list || list.total === null || list.failed) return;
      for (let number = Math.floor(first / PIECE); number <= Math.floor(last / PIECE); number += 1) {
        if (number * PIECE < list.total && !list.pieces.has(number)) fetchPiece(list, number);
      }
    },
    name: (index) => (context.class_names[index] === undefined ? String(index) : context.class_names[index]),
    address: (index) =>
      `${it.within("/image")}?checkpoint=${context.checkpoint}&dataset=${encodeURIComponent(context.dataset)}&split=${context.split}&index=${index}`,
    chosen: () => (view ? view.index : null),
    choose: (index) => choose(index),
  };

  /* ---- the story ---- */

  function choose(index) {
    view.index = index;
    remember();
    it.byId("examples-story").setAttribute("data-waiting", "");
    it.set("examples-chosen", { data: { index } });
    it.grid.mark();
  }

  /* The address named an image that is not there. */
  function first(instead) {
    const items = (list && list.pieces.get(0)) || [];
    view.index = null; // else the first that comes
    remember();
    if (items.length && items[0].index === instead.index) return; // what is wrong is not the address
    it.notify(`${instead.refused}. Showing the first image of the list instead.`);
    if (items.length) choose(items[0].index);
  }

  let watched = new WeakSet();
  /* Pointing at a block in one figure marks it in all three. */
  function link(plots) {
    plots.forEach((plot) => {
      if (!plot || watched.has(plot)) return;
      watched.add(plot);
      plot.on("plotly_hover", (event) => point(event.points[0].x));
      plot.on("plotly_unhover", () => point(null));
    });
  }
  function point(block) {
    STORY.map(it.plot).forEach((plot) => plot && it.overlay(plot, block === null ? [] : [{ kind: "x", className: "hover", value: block }]));
  }

  /* ---- pins ---- */

  function drawPins(images) {
    const bar = it.byId("examples-pins");
    if (!bar || !context) return;
    const nodes = images.map((index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pin-thumbnail";
      button.setAttribute("aria-label", `Pinned image ${index}: open its details`);
      button.title = `Image ${index}`;
      button.innerHTML = `<img src="${it.examples.address(index)}" alt="" width="28" height="28">`;
      button.addEventListener("click", () => choose(index));
      return button;
    });
    const words = document.createElement("span");
    words.className = "key-hint";
    words.textContent = images.length
      ? `${images.length} pinned${images.length >= it.pins.most ? " (maximum)" : ""}`
      : "Pin images to follow them on the Interventions page.";
    bar.replaceChildren(words, ...nodes);
    if (images.length) {
      const clear = document.createElement("button");
      clear.type = "button";
      clear.className = "chip";
      clear.textContent = "Unpin all";
      clear.dataset.unpinAll = "";
      bar.append(clear);
    }
    it.grid.pins();
  }
  it.pins.listen(drawPins);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "p" || !here() || !view || it.typing(event)) return;
    const cell = event.target.closest && event.target.closest("[data-index]");
    const index = cell ? Number(cell.dataset.index) : view.index;
    if (index !== null) it.pins.toggle(index);
  });

  /* ---- wiring ---- */

  function leave() {
    if (!list) return;
    list.stop.abort();
    if (list.job) navigator.sendBeacon(it.within("/cancel"), JSON.stringify({ jobs: [list.job] }));
    list = view = context = null;
  }
  window.addEventListener("pagehide", leave);
  it.leaving.push((pathname) => pathname !== "/examples" && leave());

  const whole = (value) => (value === null || value === undefined || value === "" ? null : Number(value));

  it.clientside("examples", {
    load: (found) => {
      if (!found || (context && context.page === it.byId("examples-do-load"))) return;
      context = { ...found, page: it.byId("examples-do-load") };
      view = { ...found.view };
      remember();
      it.grid.open();
      relist();
      it.pins.load(context);
      if (view.index !== null) choose(view.index);
    },
    filter: (group, by, chosen, sort, drawn) => {
      if (!view || !here()) return;
      const now = { group, by: whole(by), class: whole(chosen), sort, drawn };
      if (Object.entries(now).every(([name, value]) => view[name] === value)) return;
      Object.assign(view, now);
      it.set("examples-by", { disabled: group !== "corrected" });
      remember();
      relist();
    },
    network: (run, checkpoint, split) => {
      if (!context || !here()) return;
      const moved = run !== context.run;
      if (!moved && checkpoint === context.checkpoint && split === context.split) return;
      const kept = { ...it.query(), run, checkpoint: moved ? null : checkpoint, split: split === DEFAULTS.split ? null : split };
      if (moved || split !== context.split) Object.assign(kept, { index: null, images: null });
      if (moved) Object.assign(kept, { by: null, class: null });
      it.go(kept);
    },
    random: (clicks) => {
      if (!clicks || !list || !list.total) return;
      it.grid.random(Math.floor(Math.random() * list.total));
    },
    told: (found) => {
      if (!found || !view || (found.index !== null && found.index !== view.index)) return;
      if (found.refused) return first(found);
      if (found.waits) return it.set("examples-chosen", { data: { index: found.index, again: Date.now() } });
      it.byId("examples-story").removeAttribute("data-waiting");
      it.byId("examples-story").removeAttribute("data-new");
      it.byId("examples-story").querySelectorAll("[data-pin]").forEach(it.pins.mark);
      it.whenDrawn(STORY).then(link);
    },
  });
})();
