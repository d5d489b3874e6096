/* Takes away what stood on the screen until the page was there: header and grey shapes, or the page's preview. */
(function () {
  "use strict";
  const it = (window.iterscope = window.iterscope || {});
  const PREVIEWED = ["blocks-cosine", "blocks-ratio"];

  function there() {
    const main = document.getElementById("main");
    if (!main || !main.firstElementChild) return false;
    const previewed = document.querySelector("#arriving .picture") && document.getElementById(PREVIEWED[0]);
    return !previewed || PREVIEWED.every((id) => document.querySelector(`#${id} .scatterlayer path.js-line`));
  }
  const watch = new MutationObserver(() => {
    if (!there()) return;
    watch.disconnect();
    it.painted().then(() => document.getElementById("arriving").remove());
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
})();
