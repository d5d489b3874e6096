/* The Measure page: the address holds the form; another network or measurement is another address. */
(function () {
  "use strict";
  const it = window.iterscope;
  const PAUSE_MS = 200;
  let later = null; // writes the address when typing pauses
  let job = null; // the measurement under way

  const context = (data) => data || {};
  const isOption = (name) => name.startsWith(".");

  function leave() {
    if (job) it.cancel([job]);
    job = null;
  }
  window.addEventListener("pagehide", leave);
  it.leaving.push((pathname) => {
    clearTimeout(later);
    if (pathname !== "/measure") leave();
  });

  it.clientside("measure", {
    /* Options that another measurement has too are kept. */
    choose: (run, checkpoint, measurement, data) => {
      const { run: oldRun, checkpoint: old, measurement: before, options } = context(data);
      if (!before || (run === oldRun && checkpoint === old && measurement === before)) return;
      const kept = Object.entries(it.query()).filter(([name]) => isOption(name) && options[measurement].includes(name));
      leave();
      clearTimeout(later);
      it.go({ run, checkpoint: run === oldRun ? checkpoint : null, measurement, ...Object.fromEntries(kept) });
    },
    fields: (values, ids, data) => {
      const { run, checkpoint, measurement } = context(data);
      if (!measurement) return;
      const options = Object.fromEntries(ids.map((id, i) => [`.${id.name}`, values[i]]));
      clearTimeout(later);
      later = setTimeout(() => it.remember({ run, checkpoint, measurement, ...options }), PAUSE_MS);
    },
    entry: (entry) => {
      job = (entry && entry.job) || null;
    },
  });
})();
