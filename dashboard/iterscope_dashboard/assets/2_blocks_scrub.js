/* Blocks: the scrubber moves every panel; play, keys, and the pinned reference. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = it.blocks;
  const VERDICTS = { holds: "as in the paper", partly: "partly as in the paper", no: "not as in the paper", untrained: "untrained" };

  const REST = 500; // ms without a step
  const TELL = 300; // ms between two words to Dash, at least

  const inSight = (id) => {
    const box = it.byId(id) && it.byId(id).getBoundingClientRect();
    return Boolean(box) && box.bottom > 0 && box.top < window.innerHeight;
  };
  const lastEpoch = () => page.first().epochs[page.first().epochs.length - 1];

  function drawClaim() {
    const { epochs, claims } = page.first();
    const at = page.position(epochs, page.state.epoch);
    const claim = at >= 0 ? claims[epochs[at]] : null;
    if (!claim) return;
    it.byId("blocks-claim-sentence").textContent = claim.sentence;
    const verdict = it.byId("blocks-claim-verdict");
    verdict.textContent = VERDICTS[claim.verdict];
    verdict.className = `verdict verdict-${claim.verdict}`;
  }

  page.show = (epoch) => {
    const { state } = page;
    state.epoch = epoch;
    const label = it.byId("blocks-epoch-label");
    if (label) label.textContent = epoch;
    page.paintStrip();
    page.BY_BLOCK.filter(inSight).forEach((id) => page.moveByBlock(id) || page.drawByBlock(id));
    drawClaim();
    page.measure();
    page.marksSoon();
    clearTimeout(state.restTimer);
    state.restTimer = setTimeout(settleNext, REST, [...page.BY_BLOCK]);
  };
  /* The scrubbing pauses: what was moved gets its values, and what is out of sight follows; one by one, so that the next key need not wait. */
  function settleNext(left) {
    const { state } = page;
    if (!page.here()) return;
    page.drawByBlock(left.shift());
    state.restTimer = left.length ? setTimeout(settleNext, 0, left) : null;
  }
  /* Whatever is pointed at or pressed finds the figures as they are seen. */
  function settle() {
    if (!page.here() || !page.state.restTimer) return;
    clearTimeout(page.state.restTimer);
    page.state.restTimer = null;
    page.BY_BLOCK.forEach(page.drawByBlock);
  }
  ["pointerdown", "pointerover", "wheel"].forEach((event) => document.addEventListener(event, settle, { capture: true, passive: true }));
  document.addEventListener("keydown", ({ key }) => key.startsWith("Arrow") || settle(), true);
  /* Everything anew: another metric, split, run or reference. */
  page.drawAll = () => {
    page.BY_BLOCK.forEach(page.drawByBlock);
    page.drawEpochs();
    page.drawScalars();
    page.paintStrip();
    page.drawMarks();
  };

  /* The slider and the address follow. */
  function tell() {
    const { state } = page;
    const { aim } = state;
    if (aim === null || !page.here()) return;
    state.told = performance.now();
    it.set("blocks-epoch", { value: aim });
    setTimeout(() => state.aim === aim && (state.aim = null), TELL);
  }
  function step(by) {
    const { state } = page;
    const next = Math.min(lastEpoch(), Math.max(page.first().epochs[0], state.epoch + by));
    if (next === state.epoch) return next;
    state.aim = next; // until Dash has heard of it: after the panels are on the screen, and not of every step
    page.show(next);
    clearTimeout(state.tellTimer);
    if (performance.now() - (state.told || 0) > TELL) it.painted().then(tell);
    else state.tellTimer = setTimeout(tell, TELL);
    return next;
  }

  page.play = (on) => {
    const { state } = page;
    clearInterval(state.playTimer);
    state.playing = on;
    const button = it.byId("blocks-play");
    if (button) {
      button.toggleAttribute("data-playing", on);
      button.setAttribute("aria-label", on ? "Pause" : "Play through the epochs");
    }
    if (!on) return;
    const start = page.first().epochs[0];
    if (state.epoch >= lastEpoch()) it.set("blocks-epoch", { value: start });
    const span = lastEpoch() - start;
    state.playTimer = setInterval(() => {
      if (state !== page.state || !page.here()) clearInterval(state.playTimer);
      else if (step(Math.max(1, Math.round(span / 100))) >= lastEpoch()) page.play(false);
    }, Math.max(90, Math.min(450, 5000 / Math.max(1, span))));
  };

  /* ---- the pinned reference ---- */

  function pin(reference) {
    const { state } = page;
    state.pin = reference;
    if (!reference) state.difference = false;
    const button = it.byId("blocks-pin");
    button.textContent = reference ? `Pinned: ${reference.label}` : "Pin";
    button.setAttribute("aria-pressed", String(Boolean(reference)));
    it.set("blocks-difference", { disabled: !reference, checked: state.difference });
    it.remember({ pin: reference && `${reference.run}@${reference.epoch}`, difference: state.difference ? 1 : null });
    page.BY_BLOCK.forEach(page.drawByBlock);
    page.drawMarks();
  }
  page.setDifference = (on) => {
    page.state.difference = on;
    it.remember({ difference: on ? 1 : null });
    page.BY_BLOCK.forEach(page.drawByBlock);
    page.drawMarks();
  };
  function here() {
    const { run, epoch } = page.state;
    const field = it.byId("blocks-run");
    const name = (field && field.value ? field.value : run).split(" · ")[0];
    return { run, epoch, label: page.first().imported ? name : `epoch ${epoch} of ${name}` };
  }
  document.addEventListener("click", (event) => {
    if (!page.here() || page.state.loading || !event.target.closest || !event.target.closest("#blocks-pin")) return;
    pin(page.state.pin ? null : here());
  });

  /* ---- keys ---- */

  document.addEventListener("pointerdown", () => page.state && (page.state.aim = null), true); // the slider itself is taken
  document.addEventListener("keydown", (event) => {
    const letsGo = event.key === "Escape" && event.target.closest && event.target.closest("[role=radiogroup]"); // they want no Escape
    if (!page.here() || page.state.loading || (it.typing(event) && !letsGo)) return;
    const last = page.first().blocks.length - 1;
    const { pick, playing } = page.state;
    const actions = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      ArrowUp: () => page.pick(pick === null ? 0 : Math.min(last, pick + 1)),
      ArrowDown: () => page.pick(pick === null ? last : Math.max(0, pick - 1)),
      Escape: page.letGo,
      " ": () => page.play(!playing),
    };
    const action = actions[event.key];
    if (!action || (event.key === " " && event.target.closest("button, a"))) return;
    event.preventDefault();
    action();
  });
  window.addEventListener("resize", () => requestAnimationFrame(() => page.here() && page.drawMarks()));
})();
