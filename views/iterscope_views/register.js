"use strict";(()=>{var w=window.React;window.iterscope_views={View:e=>w.createElement(e.element,{id:e.id,key:e.element})}})();
