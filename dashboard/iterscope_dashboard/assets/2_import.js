/* The Import page: a file goes from here to the backend as it is, part by part, with progress. */
(function () {
  "use strict";
  const it = window.iterscope;
  let request = null; // the upload under way

  const zone = () => it.byId("import-drop");
  const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

  function say(text, percent) {
    if (!zone()) return;
    it.set("import-status", { children: text });
    it.set("import-progress", { value: percent, animated: percent >= 100 });
  }

  function busy(on) {
    if (zone()) zone().toggleAttribute("data-busy", on);
    if (it.byId("import-choose")) it.byId("import-choose").disabled = on;
  }

  function refuse(file, detail, problems) {
    say("", 0);
    it.set("import-answer", { data: { file: file.name, detail, problems, at: Date.now() } });
  }

  function send(file) {
    if (request || !zone()) return;
    it.set("import-answer", { data: null });
    const mine = (request = new XMLHttpRequest());
    const body = new FormData();
    const table = it.byId("import-table").value.trim();
    if (table) body.append("table", table);
    body.append("file", file, file.name);
    let stage = "";
    mine.open("POST", it.within("/imports"));
    mine.upload.addEventListener("progress", (event) => {
      const part = event.lengthComputable && event.total ? event.loaded / event.total : 0;
      const now = part < 1 ? `Uploading ${file.name}, ${megabytes(file.size)} MB …` : `Reading and recognising ${file.name} …`;
      if (now !== stage) say((stage = now), 100 * part); // read out once a stage
      else it.set("import-progress", { value: 100 * part });
    });
    mine.addEventListener("load", () => {
      let answer = null;
      try {
        answer = JSON.parse(mine.responseText);
      } catch (error) {
        answer = null;
      }
      if (answer && answer.import) {
        say("", 0);
        it.go({ import: answer.import });
      } else if (answer && answer.checkpoint) {
        say("", 0);
        it.go({ checkpoint: answer.checkpoint, known: answer.known ? "1" : null }); // Iterscope wrote the file: nothing is left to ask
      } else if (answer && answer.refused) refuse(file, answer.refused.detail, answer.refused.problems);
      else refuse(file, `The dashboard answered ${mine.status}: reload this page and upload the file again.`, []);
    });
    mine.addEventListener("error", () => {
      refuse(file, "The connection was lost during the upload. Check that the file still exists and has not changed, then upload it again.", []);
    });
    mine.addEventListener("abort", () => say("Cancelled.", 0));
    mine.addEventListener("loadend", () => {
      request = null;
      busy(false);
    });
    say((stage = `Uploading ${file.name}, ${megabytes(file.size)} MB …`), 0);
    busy(true);
    mine.send(body);
  }

  function choose(button) {
    const picker = document.createElement("input");
    picker.type = "file";
    picker.accept = button.dataset.accept;
    picker.addEventListener("change", () => picker.files.length && send(picker.files[0]));
    picker.click();
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest || !zone()) return;
    const button = event.target.closest("#import-choose");
    if (button) choose(button);
    else if (event.target.closest("#import-abort") && request) request.abort();
  });

  /* A file may be dropped anywhere on the page. */
  const carriesFile = (event) => Boolean(zone() && event.dataTransfer && [...event.dataTransfer.types].includes("Files"));
  let depth = 0;
  const mark = (on) => zone() && zone().toggleAttribute("data-over", on);
  document.addEventListener("dragenter", (event) => carriesFile(event) && mark((depth += 1) > 0));
  document.addEventListener("dragleave", (event) => carriesFile(event) && mark((depth = Math.max(0, depth - 1)) > 0));
  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = request ? "none" : "copy";
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    mark((depth = 0) > 0);
    if (event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
  });

  /* Work for a view that was left is stopped. */
  let job = null; // the import under way
  function leave() {
    if (request) request.abort();
    if (job) it.cancel([job]);
    job = null;
  }
  window.addEventListener("pagehide", leave);
  it.leaving.push((pathname) => pathname !== "/import" && leave());

  let known = null; // the network whose outcome was on screen already
  it.clientside("import", {
    fields: (dataset, preset) => {
      const note = it.byId("import-preset-note");
      if (!note) return;
      it.set("import-folder-box", { hidden: dataset !== "folder" });
      it.set("import-own-values", { hidden: preset !== "own" });
      it.set("import-preset-note", { children: JSON.parse(note.dataset.notes)[preset] || "" });
    },
    entry: (entry) => {
      job = (entry && entry.job) || null;
    },
    done: (target) => {
      if (!target) {
        known = null;
        return;
      }
      const shown = it.query().checkpoint === target.checkpoint;
      it.remember({ checkpoint: target.checkpoint, ...(target.held ? {} : { import: null }) });
      if (shown || known === target.checkpoint) return;
      known = target.checkpoint;
      requestAnimationFrame(() => {
        const title = it.byId("import-outcome-title");
        if (!title) return;
        const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
        title.focus({ preventScroll: true });
        title.scrollIntoView({ behavior: calm ? "instant" : "smooth", block: "center" });
      });
    },
  });
})();
