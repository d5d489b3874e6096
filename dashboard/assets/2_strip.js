/* The network as a strip: clicks change the plan at once, the server's answer follows. */
(function () {
  "use strict";
  const it = window.iterscope;
  let context = null; // the network: checkpoint, split, blocks
  let plan = null; // {dropped: [block], unroll: {block, steps, scale | null} | null}
  let timer = null;
  let found = null; // the α that "auto" chose, once it is known

  const strip = () => it.byId("interventions-strip");
  const mode = () => {
    const chosen = document.querySelector("#interventions-mode input:checked");
    return chosen ? chosen.value : "drop";
  };

  /* The plan as the library writes it: 0..2 4..26 26@0.1x20 */
  function text() {
    const parts = [];
    let start = null;
    let previous = null;
    const close = () => {
      if (start === null) return;
      parts.push(start === previous ? `${start}` : `${start}..${previous}`);
      start = null;
    };
    context.blocks.forEach(({ index, is_projection }) => {
      if (plan.dropped.includes(index) && is_projection) {
        close();
        parts.push(`${index}@0`);
      } else if (!plan.dropped.includes(index)) {
        if (start === null) start = index;
        previous = index;
      } else close();
      if (plan.unroll && plan.unroll.block === index && plan.unroll.steps > 0) {
        close();
        const scale = plan.unroll.scale === null ? `@${found === null ? "auto" : found}` : plan.unroll.scale === 1 ? "" : `@${plan.unroll.scale}`;
        parts.push(`${index}${scale}x${plan.unroll.steps}`);
      }
    });
    close();
    return parts.join(" ") || "nothing: choose at least one block";
  }

  function paint() {
    if (!strip() || !plan) return;
    strip()
      .querySelectorAll("[data-block]")
      .forEach((button) => {
        const block = Number(button.dataset.block);
        const dropped = plan.dropped.includes(block);
        const repeats = plan.unroll && plan.unroll.block === block ? plan.unroll.steps : 0;
        button.classList.toggle("dropped", dropped);
        button.classList.toggle("repeated", repeats > 0);
        button.setAttribute("aria-pressed", String(dropped));
        button.querySelector(".repeats").textContent = repeats ? `×${repeats}` : "";
      });
    it.byId("interventions-plan-text").textContent = text();
  }

  function address() {
    const drop = plan.dropped.join(".");
    const unroll = plan.unroll
      ? `${plan.unroll.block}x${plan.unroll.steps}@${plan.unroll.scale === null ? "auto" : plan.unroll.scale}`
      : null;
    return { drop: drop || (unroll ? null : "none"), unroll };
  }

  /* Paint at once; send when the clicks pause. */
  function change(next, controls = true) {
    if (JSON.stringify(next) === JSON.stringify(plan)) return;
    plan = next;
    paint();
    it.remember({ run: context.run, checkpoint: context.checkpoint, ...address() });
    if (controls) {
      it.set("interventions-block", { value: plan.unroll ? plan.unroll.block : "" });
      if (plan.unroll) {
        it.set("interventions-steps", { value: plan.unroll.steps });
        it.set("interventions-auto", { checked: plan.unroll.scale === null });
        it.set("interventions-scale", { disabled: plan.unroll.scale === null });
        if (plan.unroll.scale !== null) it.set("interventions-scale", { value: plan.unroll.scale });
      }
    }
    it.set("interventions-status", { children: "Running …" });
    clearTimeout(timer);
    const sent = plan;
    timer = setTimeout(() => strip() && it.set("interventions-plan", { data: sent }), 140);
  }

  function toggleDrop(block) {
    const dropped = plan.dropped.includes(block)
      ? plan.dropped.filter((other) => other !== block)
      : [...plan.dropped, block].sort((a, b) => a - b);
    change({ ...plan, dropped });
  }

  function toggleRepeat(block) {
    if (plan.unroll && plan.unroll.block === block) change({ ...plan, unroll: null });
    else change({ ...plan, unroll: { steps: 20, scale: 0.1, ...(plan.unroll || {}), block } });
  }

  function preset(name) {
    const last = context.blocks.length - 1;
    const identity = context.blocks.filter((b) => !b.is_projection && b.index < last);
    const late = identity.length ? identity[identity.length - Math.min(4, identity.length)].index : last;
    const plans = {
      first: { dropped: [0], unroll: null },
      late: { dropped: [late], unroll: null },
      scaled: { dropped: [], unroll: { block: last, steps: 20, scale: 0.1 } },
      unscaled: { dropped: [], unroll: { block: last, steps: 20, scale: 1 } },
      reset: { dropped: [], unroll: null },
    };
    change(plans[name]);
  }

  document.addEventListener("click", (event) => {
    if (!plan || !event.target.closest) return;
    const block = event.target.closest("[data-block]");
    const ready = event.target.closest("[data-preset]");
    const cancel = event.target.closest("#interventions-cancel");
    if (block) {
      const index = Number(block.dataset.block);
      if (mode() === "repeat" || event.shiftKey) toggleRepeat(index);
      else toggleDrop(index);
    } else if (ready) preset(ready.dataset.preset);
    else if (cancel) it.set("interventions-status", { children: "Cancelling …" });
  });

  document.addEventListener("keydown", (event) => {
    const button = event.target.closest && event.target.closest("[data-block]");
    if (!button || !plan) return;
    const blocks = [...strip().querySelectorAll("[data-block]")];
    const at = blocks.indexOf(button);
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: blocks.length - 1 }[event.key];
    if (target !== undefined && blocks[target]) {
      event.preventDefault();
      blocks[target].focus();
    } else if (event.key === "r") toggleRepeat(Number(button.dataset.block));
    else if (event.key === "d" || event.key === "Delete") toggleDrop(Number(button.dataset.block));
  });

  /* Work for a view that was left is stopped. */
  let running = [];
  function leave() {
    if (running.length) navigator.sendBeacon("/cancel", JSON.stringify({ jobs: running }));
    running = [];
  }
  window.addEventListener("pagehide", leave);
  it.leaving.push((pathname) => pathname !== "/interventions" && leave());

  it.clientside("interventions", {
    jobs: (jobs) => {
      const result = jobs && jobs.entries && jobs.entries.unroll && jobs.entries.unroll.result;
      found = result ? result.scale : null;
      if (plan && context) paint();
      running = Object.values((jobs && jobs.entries) || {}).map((entry) => entry.job).filter(Boolean);
    },
    load: (found) => {
      if (!found) return;
      context = found;
      it.remember({ run: context.run, checkpoint: context.checkpoint });
      if (plan) paint();
    },
    plan: (data) => {
      if (!data) return;
      plan = data;
      if (context) paint();
    },
    unroll: (block, steps, scale, auto) => {
      if (!plan || !context || !strip()) return;
      it.set("interventions-scale", { disabled: Boolean(auto) });
      if (block === "" || block === null || block === undefined) {
        if (plan.unroll) change({ ...plan, unroll: null }, false);
        return;
      }
      if (!Number.isFinite(steps) || (!auto && !Number.isFinite(scale))) return;
      change({ ...plan, unroll: { block, steps, scale: auto ? null : scale } }, false);
    },
    run: (run, checkpoint, split, reference) => {
      if (!context || !strip()) return;
      const moved = run !== context.run;
      const same = checkpoint === context.checkpoint && split === context.split && reference === context.reference;
      if (!moved && same) return;
      it.go({
        ...it.query(),
        run,
        checkpoint: moved ? null : checkpoint,
        split: split === "validation" ? null : split,
        borderline: reference === "last5" ? null : reference,
      });
    },
  });
})();
