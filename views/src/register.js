// Dash's component: a React function that puts a view's element in its place. The element comes with views.js, which shows the first one before Dash is there.
(() => {
  var React = window.React;
  window.iterscope_views = {
    View: ({ element, id }) =>
      React.createElement("div", {
        key: element,
        ref: (place) => {
          if (!place || place.firstChild) return;
          var early = document.querySelector(`#early > ${element}`);
          var view = Object.assign(early || document.createElement(element), { id });
          var focused = early?.shadowRoot.activeElement;
          if (early && place.moveBefore)
            place.moveBefore(view, null); // what the reader has opened stays open
          else place.append(view);
          focused?.focus();
          document.getElementById("early").replaceChildren(); // another view, if the reader has gone on already
        },
      }),
  };
})();
