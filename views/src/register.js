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
          place.append(Object.assign(early || document.createElement(element), { id }));
          document.getElementById("early").replaceChildren(); // another view, if the reader has gone on already
        },
      }),
  };
})();
