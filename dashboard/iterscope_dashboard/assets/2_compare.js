/* The Compare page: the address holds the two networks; another one is another address. */
(function () {
  "use strict";
  const it = window.iterscope;
  let jobs = []; // the measurements under way

  function leave() {
    it.cancel(jobs);
    jobs = [];
  }
  window.addEventListener("pagehide", leave);
  it.leaving.push((pathname) => {
    if (pathname !== "/compare") leave();
  });

  it.clientside("compare", {
    /* Of another run, the server shows the newest checkpoint. */
    choose: (runA, a, runB, b, images, data) => {
      if (!data || !data.a) return;
      const next = {
        a: runA === data.run_a ? a : `run:${runA}`,
        b: runB === data.run_b ? b : `run:${runB}`,
        images,
      };
      if (next.a === data.a && next.b === data.b && images === data.images) {
        it.remember({ run: null, checkpoint: null, a, b, images: images === "500" ? null : images });
        return;
      }
      leave();
      it.go({ ...next, images: images === "500" ? null : images });
    },
    entries: (entries) => {
      jobs = Object.values(entries || {}).flatMap((entry) => (entry.job ? [entry.job] : []));
    },
  });
})();
