/* Blocks: measurements on single checkpoints (every block dropped; the effective update), asked for one after the other. */
(function () {
  "use strict";
  const it = window.iterscope;
  const page = it.blocks;
  const PAUSE = 300; // ms that the scrubber rests before something is measured; longer while it plays
  const ASK_AGAIN = 400; // ms

  const latest = (checkpoints, epoch) =>
    checkpoints.filter((c) => c.epoch !== null && c.epoch <= epoch).reduce((best, c) => (!best || c.epoch > best.epoch ? c : best), null);
  const keyOf = (task) => [task.kind, task.checkpoint, task.split].join();
  const task = (kind, curves, checkpoint) =>
    checkpoint && { kind, run: curves.run, checkpoint: checkpoint.id, epoch: checkpoint.epoch, split: kind === "drop" ? "validation" : page.shownSplit() };

  /* Everything that the view shows and that has to be measured, the most wanted first. */
  function wanted() {
    const { state } = page;
    const first = page.first();
    const shown = state.runs.map((run) => state.curves[run]).filter(Boolean);
    const pinned = state.pin && state.curves[state.pin.run];
    const tasks = shown.map((curves) => task("drop", curves, latest(curves.checkpoints, state.epoch)));
    if (pinned) tasks.push(task("drop", pinned, latest(pinned.checkpoints, state.pin.epoch)));
    if (state.update === "effective") tasks.unshift(task("effective", first, latest(first.checkpoints, state.epoch)));
    if (state.metric === "drop_damage") tasks.push(...first.checkpoints.filter((c) => c.epoch !== null).map((c) => task("drop", first, c)));
    return tasks.filter(Boolean);
  }
  const unknown = () => wanted().filter((one) => !page.state.measured[keyOf(one)]);

  page.measure = () => {
    const { state } = page;
    badges();
    clearTimeout(state.measureTimer);
    if (state.measuring || !unknown().length) return;
    state.measureTimer = setTimeout(() => {
      const next = page.here() && !state.measuring && unknown()[0];
      if (!next) return;
      state.measuring = { ...next, progress: 0 };
      it.set("blocks-measure", { data: next });
      badges();
    }, state.playing ? 5 * PAUSE : PAUSE);
  };

  /* What the server answered: a job is asked after again. */
  page.measured = (result) => {
    const { state } = page;
    if (result.job) {
      if (!state.measuring || keyOf(state.measuring) !== keyOf(result)) return;
      Object.assign(state.measuring, result);
      badges();
      setTimeout(() => state === page.state && page.here() && it.set("blocks-measure", { data: result }), ASK_AGAIN);
      return;
    }
    const curves = state.curves[result.run];
    if (state.measuring && keyOf(state.measuring) === keyOf(result)) state.measuring = null;
    if (!curves || state.measured[keyOf(result)]) return;
    state.measured[keyOf(result)] = result;
    if (!result.error) {
      page.takeMeasured(curves, result);
      if (result.run === state.run && result.convention) page.setConvention(result.convention);
      page.forgetRanges();
      page.BY_BLOCK.forEach(page.drawByBlock);
      if (state.metric === "drop_damage") page.drawEpochs();
      page.paintStrip();
      page.drawMarks();
    }
    page.measure();
  };

  /* What the panels say about what was measured, and what is on its way. */
  function badges() {
    const { state } = page;
    const first = page.first();
    const drop = task("drop", first, latest(first.checkpoints, state.epoch));
    const seeds = first.merged ? ", n = 1" : "";
    write("blocks-drop", drop, first.imported ? "" : drop ? `epoch ${drop.epoch}${seeds}` : "");
    const done = drop && state.measured[keyOf(drop)];
    it.byId("blocks-claim-drop").textContent = (done && done.sentence) || "";
    const effective = state.update === "effective" ? task("effective", first, latest(first.checkpoints, state.epoch)) : null;
    ["blocks-cosine", "blocks-ratio"].forEach((id) => {
      if (state.update === "effective") write(id, effective, `hᵢ₊₁ − hᵢ, ${page.shownSplit()}`);
      else if (state.badges[id] !== undefined) it.byId(`${id}-badge`).textContent = state.badges[id];
    });
  }
  function write(id, one, text) {
    const { state } = page;
    const badge = it.byId(`${id}-badge`);
    if (!badge || !one) return;
    if (state.badges[id] === undefined) state.badges[id] = badge.textContent;
    const known = state.measured[keyOf(one)];
    const running = state.measuring && keyOf(state.measuring) === keyOf(one);
    const share = running && state.measuring.progress ? ` ${Math.round(100 * state.measuring.progress)} %` : " …";
    badge.textContent = known ? (known.error ? `failed: ${known.error}` : text) : `measuring${share}`;
    badge.title = badge.textContent;
    badge.closest(".panel").toggleAttribute("data-waiting", !known);
  }

  page.setConvention = (convention) => {
    it.byId("blocks-convention").dataset.convention = convention;
    it.byId("blocks-convention-name").textContent = convention;
  };

  /* Work for a view that was left is stopped. */
  function leave() {
    const job = page.state && page.state.measuring && page.state.measuring.job;
    if (job) navigator.sendBeacon(it.within("/cancel"), JSON.stringify({ jobs: [job] }));
    if (page.state) page.state.measuring = null;
  }
  window.addEventListener("pagehide", leave);
  it.leaving.push((pathname) => !["/", "/blocks"].includes(pathname) && leave());
})();
