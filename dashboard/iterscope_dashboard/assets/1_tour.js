/* The tour: six steps on the real pages. It can be left at any step and taken up there again; nothing waits for it. */
(function () {
  "use strict";
  const it = window.iterscope;
  const KEPT = "iterscope-tour"; // of localStorage: the step where it was left, "offered" or "done"
  const STEPS = [
    { page: "/blocks", target: ".said", title: "Summary of the run",
      text: "This sentence is computed from the measurements: whether the last blocks refine the features, and how dropping a block changes the accuracy." },
    { page: "/blocks", target: ".scrubber", title: "One epoch for every panel",
      text: "Drag the slider, press play, or use ← and →: every figure shows the selected epoch." },
    { page: "/blocks", target: "#blocks-cosine", title: "Hover over a block",
      text: "Hovering highlights the block in every figure; clicking keeps it. ↑ and ↓ select its neighbours. The “?” of a panel explains the metric and its formula." },
    { page: "/interventions", target: ".strip-panel, .strip", title: "Change the network",
      text: "Drop, swap or repeat blocks: the plan runs as you edit it and is compared with the untouched network." },
    { page: "/examples", target: ".examples", title: "Image by image",
      text: "See which images are borderline and which are corrected late. Select one to follow its prediction block by block." },
    { page: null, target: "#copy-link", title: "Share this view",
      text: "The address contains the whole view: copy it to share it. The menu of a figure saves it as SVG, PDF, PNG or CSV, or copies its code." },
  ];
  let step = null; // while the tour is shown
  let origin = null; // the address where it began, to which it returns
  let card = null;
  let frame = null;
  let follow = 0;

  const kept = () => {
    try {
      return localStorage.getItem(KEPT);
    } catch (error) {
      return null; // no storage: nothing is remembered, and nothing breaks
    }
  };
  const keep = (value) => {
    try {
      localStorage.setItem(KEPT, String(value));
    } catch (error) {
      /* as above */
    }
  };

  function element(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  }

  function button(text, work, className) {
    const node = element("button", className, text);
    node.type = "button";
    node.addEventListener("click", work);
    return node;
  }

  function open() {
    if (card) return;
    origin = window.location.href;
    document.querySelectorAll(".tour-offer").forEach((offer) => offer.remove());
    frame = element("div", "tour-frame");
    frame.setAttribute("aria-hidden", "true");
    card = element("section", "tour-card");
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-labelledby", "tour-title");
    card.setAttribute("aria-describedby", "tour-text");
    card.tabIndex = -1;
    document.body.append(frame, card);
    const left = Number.parseInt(kept(), 10);
    show(left > 0 && left < STEPS.length ? left : 0);
    follow = setInterval(place, 120); // figures come and pages scroll under it
  }

  function close(finished) {
    keep(finished ? "done" : step);
    clearInterval(follow);
    card.remove();
    frame.remove();
    card = frame = step = null;
    if (window.location.href !== origin) it.visit(origin);
    it.byId("tour-start").focus();
  }

  /* The page of a step, with the run that is looked at: its tab knows the address. */
  function visit(page) {
    const path = it.pathOf(window.location.pathname);
    const tab = [...document.querySelectorAll("#navigation a")].find((each) => it.pathOf(new URL(each.href).pathname) === page);
    if (tab && (path === "/" ? "/blocks" : path) !== page) it.visit(tab.href);
  }

  function show(number) {
    step = number;
    keep(step);
    const { page, title, text } = STEPS[step];
    visit(page);
    const last = step === STEPS.length - 1;
    const heading = element("h2", "tour-title", title);
    heading.id = "tour-title";
    const sentence = element("p", "tour-text", text);
    sentence.id = "tour-text";
    const next = button(last ? "Done" : "Next", () => (last ? close(true) : show(step + 1)), "tour-next");
    const back = button("Back", () => show(step - 1), "tour-quiet");
    back.disabled = step === 0;
    const foot = element("div", "tour-foot");
    foot.append(element("span", "tour-count", `${step + 1} of ${STEPS.length}`), back, next);
    const leave = button("×", () => close(false), "tour-leave");
    leave.setAttribute("aria-label", "Leave the tour");
    leave.title = "Leave the tour; “Tour” resumes at this step";
    card.replaceChildren(leave, heading, sentence, foot);
    const target = it.find(STEPS[step].target);
    if (target) target.scrollIntoView({ block: "nearest" });
    place();
    next.focus({ preventScroll: true });
  }

  /* Frame what is spoken of, and stand below or above it; in the middle while it is not there. */
  function place() {
    if (!card) return;
    const target = it.find(STEPS[step].target);
    const box = target && target.getBoundingClientRect();
    const seen = Boolean(box) && box.width > 0;
    frame.hidden = !seen;
    const { innerWidth: width, innerHeight: height } = window;
    const { offsetWidth: wide, offsetHeight: high } = card;
    let top = (height - high) / 2;
    let left = (width - wide) / 2;
    if (seen) {
      Object.assign(frame.style, { left: `${box.left - 5}px`, top: `${box.top - 5}px`, width: `${box.width + 10}px`, height: `${box.height + 10}px` });
      const below = box.bottom + 14;
      const above = box.top - high - 14;
      top = below + high < height ? below : above > 60 ? above : height - high - 16;
      left = Math.min(Math.max(12, box.left), width - wide - 12);
    }
    Object.assign(card.style, { top: `${Math.max(12, top)}px`, left: `${left}px` });
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("#tour-start")) card ? close(false) : open();
  });
  document.addEventListener("keydown", (event) => {
    if (!card) return;
    const inside = card.contains(event.target);
    if (event.key === "Escape" && (inside || event.target === document.body)) close(false);
    else if (inside && event.key === "ArrowRight" && step < STEPS.length - 1) show(step + 1);
    else if (inside && event.key === "ArrowLeft" && step > 0) show(step - 1);
    else return;
    event.preventDefault();
    event.stopPropagation(); // the page has these keys too
  }, true);
  window.addEventListener("resize", place);

  /* On the first visit it is offered in a corner, once. Browsers that a program drives are left alone. */
  function offer() {
    if (kept() !== null || navigator.webdriver || card) return;
    const note = element("aside", "tour-offer");
    note.setAttribute("aria-label", "Tour");
    const answer = (work) => () => {
      keep("offered");
      note.remove();
      if (work) work();
    };
    note.append(element("span", "", "New here? A tour shows the pages in six steps."), button("Show me", answer(open), "tour-next"),
      button("No, thanks", answer(null), "tour-quiet"));
    document.body.append(note);
  }
  setTimeout(offer, 4000);
})();
