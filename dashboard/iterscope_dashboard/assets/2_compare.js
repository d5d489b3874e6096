/* The Compare page: the address holds the networks; other ones are another address. */
(function () {
  "use strict";
  const it = window.iterscope;
  const LETTERS = [..."abcdef"];
  let jobs = []; // the measurements under way
  let place = ""; // what they are about

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
    choose: (runs, networks, images, data) => {
      if (!data || !data.networks) return;
      const next = networks.map((one, at) => (runs[at] === data.runs[at] ? one : `run:${runs[at]}`));
      const address = {
        ...Object.fromEntries(LETTERS.map((letter, at) => [letter, next[at]])),
        images: images === "500" ? null : images,
      };
      if (String(next) === String(data.networks) && images === data.images) it.remember({ run: null, checkpoint: null, ...address });
      else it.go(address);
    },
    /* Other networks, or Back: what was under way for the ones before is stopped. */
    job: (job, data) => {
      const now = JSON.stringify(data);
      if (now !== place) leave();
      place = now;
      jobs = Object.values((job && job.entries) || {}).flatMap((entry) => (entry.job ? [entry.job] : []));
    },
  });
})();
