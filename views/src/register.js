// Dash's component: a React function that puts a view's element on the page. The element itself comes with views.js.
(() => {
  var React = window.React;
  window.iterscope_views = {
    View: (properties) => React.createElement(properties.element, { id: properties.id, key: properties.element }),
  };
})();
