/* Marks the page in the header, which stays with the grey shapes until Dash has drawn its own header and the page.
   Starts Dash and its components, 3.7 MB of scripts, when the page's view shows what it has read, or after two seconds: they keep the
   browser busy for as long as a first figure takes. */
(function () {
  var begun = false, page = document.documentElement.dataset.page, header = ".frame-header";
  document.querySelectorAll(".tabs a").forEach(function (tab) {
    if (tab.pathname.split("/").pop() !== page) return;
    tab.setAttribute("aria-current", "page");
    header = ".frame-header:has(a[aria-current])"; // Dash's marks the page a moment after it is drawn
  });
  var place = document.getElementById("react-entry-point"), before = document.getElementById("before-dash");
  var watch = new MutationObserver(function () {
    var drawn = place.querySelector(header), main = document.getElementById("main");
    before.querySelector(".frame-header").style.visibility = drawn ? "hidden" : "visible";
    if (!drawn || !main || !main.firstElementChild) return;
    watch.disconnect();
    before.remove();
  });
  watch.observe(place, { childList: true, subtree: true, attributeFilter: ["aria-current"] });
  function add(old) {
    var script = document.createElement("script");
    Array.from(old.attributes).forEach(function (each) { script.setAttribute(each.name, each.value); });
    script.textContent = old.textContent;
    script.async = false;
    return document.body.appendChild(script);
  }
  function begin() {
    if (begun) return;
    begun = true;
    var all = Array.from(document.getElementById("dash-scripts").content.children);
    var last = all.filter(function (each) { return each.hasAttribute("src"); }).map(add).pop();
    last.onload = last.onerror = function () {
      all.filter(function (each) { return !each.hasAttribute("src"); }).forEach(add);
    };
  }
  if (["blocks", "interventions", "examples"].indexOf(page) < 0) begin();
  else {
    document.addEventListener("iterscope-shown", begin, { once: true });
    setTimeout(begin, 2000);
  }
})();
