/* The Interventions page's state: the plan with undo and redo, what it is compared with, and its way to the server and the address. */
(function () {
  "use strict";
  const it = window.iterscope;
  const TYPING = 500; // ms after the last key before a typed plan runs
  const PAUSE = 140; // ms after the last change before a plan runs
  const PATIENCE = 5000; // ms before an unanswered request no longer holds the next one back
  const UNDOABLE = 200;

  const strip = (it.strip = {
    context: null, // the network: checkpoint, split, blocks, colour ramps
    steps: null,
    pin: null, // text of the plan to compare with; null: the untouched network
    colour: "cosine",
    focus: null, // key of the item in the inspector
    selected: new Set(), // keys of the items that one key press drops
    measured: { blocks: null, drop: null },
    past: [],
    future: [],
  });
  let cancelled = false;
  let jobs = null; // what the server has last said of its work
  let drawn = {}; // result → key of the request that is on screen
  let sent = null;
  let sentAt = 0;
  let timer = null;
  let typing = null;

  const here = () => it.byId("interventions-strip");
  const wish = () => ({ plan: it.plan.write(strip.steps), pin: strip.pin, colour: strip.colour, cancelled });
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  strip.items = () => it.plan.items(strip.steps, strip.context.blocks.length);
  strip.item = (key) => strip.items().find((item) => item.key === key) || null;

  /* ---- changes ---- */

  /* A change that can be undone; `before` where the steps have been moving meanwhile (dragging). */
  strip.change = (steps, before = strip.steps) => {
    if (it.plan.write(steps) === it.plan.write(before)) {
      if (before !== strip.steps) strip.show(steps);
      return;
    }
    strip.past.push(before);
    strip.past.splice(0, strip.past.length - UNDOABLE);
    strip.future = [];
    strip.show(steps);
  };
  strip.show = (steps) => {
    strip.steps = steps;
    cancelled = false;
    refresh();
    send(PAUSE);
  };
  const travel = (from, to) => {
    if (!from.length) return;
    to.push(strip.steps);
    strip.show(from.pop());
  };
  strip.undo = () => travel(strip.past, strip.future);
  strip.redo = () => travel(strip.future, strip.past);
  strip.toggle = (keys) => strip.change(it.plan.toggle(strip.items(), keys, strip.context.blocks));
  strip.look = (key) => {
    strip.focus = key;
    it.remember({ block: key === null ? null : strip.item(key).block });
    strip.draw();
  };

  function pinned(text) {
    strip.pin = text;
    refresh();
    send(0);
  }

  function preset(name) {
    const { blocks } = strip.context;
    const last = blocks.length - 1;
    const identity = blocks.filter((b) => !b.is_projection && b.index < last);
    const late = identity.length ? identity[identity.length - Math.min(4, identity.length)].index : last;
    const whole = blocks.map(({ index }) => ({ block: index, scale: 1, times: 1 }));
    const plans = {
      first: () => it.plan.without(blocks, 0),
      late: () => it.plan.without(blocks, late),
      scaled: () => [...whole, { block: last, scale: 0.1, times: 20 }],
      auto: () => [...whole, { block: last, scale: null, times: 20 }],
      unscaled: () => [...whole, { block: last, scale: 1, times: 20 }],
      reset: () => whole,
    };
    strip.change(plans[name]());
  }

  /* ---- to the address and the server ---- */

  function refresh() {
    strip.selected = new Set([...strip.selected].filter((key) => strip.item(key)));
    if (strip.focus !== null && !strip.item(strip.focus)) strip.focus = null;
    strip.draw();
    writeText();
    const text = it.plan.write(strip.steps);
    it.remember({
      run: strip.context.run, checkpoint: strip.context.checkpoint, plan: text, pin: strip.pin,
      colour: strip.colour === "cosine" ? null : strip.colour, drop: null, unroll: null,
    });
    it.byId("interventions-undo").disabled = !strip.past.length;
    it.byId("interventions-redo").disabled = !strip.future.length;
    it.byId("interventions-against").textContent = strip.pin === null ? "the untouched network" : strip.pin;
    it.byId("interventions-unpin").hidden = strip.pin === null;
    it.byId("interventions-pin").disabled = text === strip.pin;
    settle();
  }

  /* One request at a time: the next one goes when the last is answered, so that the server knows every job it has to cancel. */
  function send(pause) {
    clearTimeout(timer);
    timer = setTimeout(deliver, pause);
  }
  function deliver() {
    if (!here() || same(wish(), sent)) return;
    if (!cancelled) it.set("interventions-status", { children: "Running …" });
    const waiting = sent !== null && !(jobs && same(jobs.wish, sent)) && Date.now() - sentAt < PATIENCE;
    if (waiting) timer = setTimeout(deliver, 30);
    else {
      sent = wish();
      sentAt = Date.now();
      it.set("interventions-plan", { data: sent });
    }
  }

  const underWay = () => Object.values((jobs && jobs.entries) || {}).map((entry) => entry.job).filter(Boolean);
  const stop = () => underWay().length && navigator.sendBeacon(it.within("/cancel"), JSON.stringify({ jobs: underWay() }));
  function cancel() {
    cancelled = !cancelled;
    it.set("interventions-status", { children: cancelled ? "Cancelling …" : "Running …" });
    if (cancelled) stop();
    send(0);
  }

  /* What is on screen counts when it answers the plan that is on the strip; until then it is dimmed. */
  function settle() {
    const answered = jobs && same({ ...jobs.wish, colour: null }, { ...wish(), colour: null });
    Object.entries({ plan: "interventions-results", unroll: "interventions-unroll-panel" }).forEach(([name, id]) => {
      const entry = (answered && jobs.entries[name]) || {};
      const state = it.byId(id).dataset;
      if (entry.done && entry.key === drawn[name]) state.state = "ready";
      else if (drawn[name]) state.state = "stale";
      else if (entry.error) state.state = "none";
      else delete state.state; // grey shapes
    });
  }

  /* ---- the plan as text ---- */

  const field = () => it.byId("interventions-plan-text");
  function complain(sentence) {
    it.byId("interventions-plan-error").textContent = sentence;
    field().setAttribute("aria-invalid", String(Boolean(sentence)));
  }
  function writeText() {
    if (document.activeElement === field() && typing !== null) return;
    field().value = it.plan.write(strip.steps);
    complain("");
  }
  function readText(pause) {
    clearTimeout(typing);
    try {
      const steps = it.plan.parse(field().value, strip.context.blocks.length);
      complain("");
      typing = setTimeout(() => here() && strip.change(steps), pause);
    } catch (error) {
      if (!(error instanceof it.plan.PlanTextError)) throw error;
      typing = 0;
      complain(error.message);
    }
  }
  /* At once: Enter or a press elsewhere, then Undo, undoes what was typed. */
  function endText() {
    clearTimeout(typing);
    const unread = typing !== null && field().getAttribute("aria-invalid") !== "true";
    typing = null;
    if (unread && here()) strip.change(it.plan.parse(field().value, strip.context.blocks.length));
  }

  const isField = (event) => event.target.id === "interventions-plan-text" && strip.steps;
  document.addEventListener("input", (event) => isField(event) && readText(event.inputType === "insertFromPaste" ? 0 : TYPING));
  document.addEventListener("focusout", (event) => isField(event) && endText());
  document.addEventListener("keydown", (event) => {
    if (!isField(event) || !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") endText();
    else {
      typing = null;
      writeText();
    }
  });

  /* ---- buttons and undoing by keys ---- */

  const BUTTONS = {
    "interventions-undo": () => strip.undo(),
    "interventions-redo": () => strip.redo(),
    "interventions-pin": () => pinned(it.plan.write(strip.steps)),
    "interventions-unpin": () => pinned(null),
    "interventions-cancel": cancel,
  };
  document.addEventListener("click", (event) => {
    const button = strip.steps && event.target.closest && event.target.closest("button");
    if (!button) return;
    if (button.dataset.preset) preset(button.dataset.preset);
    else if (BUTTONS[button.id]) BUTTONS[button.id]();
  });
  document.addEventListener("keydown", (event) => {
    if (!here() || !strip.steps || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const editing = event.target === field() ? typing !== null : event.target.closest("input, textarea");
    if (editing) return; // the field undoes its own
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) strip.redo();
    else strip.undo();
  });

  /* Work for a view that was left is stopped. */
  function leave() {
    stop();
    jobs = null;
  }
  window.addEventListener("pagehide", leave);
  it.leaving.push((pathname) => pathname !== "/interventions" && leave());

  it.clientside("interventions", {
    load: (context, state) => {
      if (!context || !state) return;
      const focus = context.block === null ? null : `${context.block}.0`;
      Object.assign(strip, {
        context, focus, steps: it.plan.parse(state.plan, context.blocks.length), pin: state.pin, colour: state.colour,
        selected: new Set(), measured: { blocks: null, drop: null }, past: [], future: [],
      });
      cancelled = false;
      sent = state;
      sentAt = Date.now();
      strip.build();
      refresh();
      it.whenDrawn(["interventions-cosine", "interventions-ratio"]).then(strip.listen);
    },
    jobs: (data) => {
      jobs = data;
      if (jobs && strip.steps && here()) settle();
    },
    drawn: (plan, unroll) => {
      drawn = { plan, unroll };
      strip.listen();
      if (strip.steps && here()) settle();
    },
    measured: (blocks, drop) => {
      strip.measured = { blocks: blocks && blocks.result, drop: drop && drop.result };
      if (strip.steps && here()) strip.draw();
    },
    colour: (colour) => {
      if (!strip.steps || !here() || !colour || colour === strip.colour) return;
      strip.colour = colour;
      refresh();
      send(0);
    },
    run: (run, checkpoint, split, reference) => {
      const { context } = strip;
      if (!context || !here()) return;
      const moved = run !== context.run;
      if (!moved && checkpoint === context.checkpoint && split === context.split && reference === context.reference) return;
      const query = it.query();
      // a plan fits networks with as many blocks
      const fits = !moved || context.lengths[run] === context.blocks.length;
      it.go({
        ...query,
        run,
        checkpoint: moved ? null : checkpoint,
        plan: fits ? query.plan : null,
        pin: fits ? query.pin : null,
        block: fits ? query.block : null,
        split: split === "validation" ? null : split,
        borderline: reference === "last5" ? null : reference,
      });
    },
  });
})();
