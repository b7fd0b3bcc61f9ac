// Tells the LMS that framed or opened this page that the registration is over (LTI Dynamic Registration 1.0 §3.8).
"use strict";
(() => {
  const place = document.querySelector("[data-close-origin]");
  const lms = window.opener || (window.parent === window ? null : window.parent);
  if (!place || !lms) return;
  const close = () => lms.postMessage({ subject: "org.imsglobal.lti.close" }, place.dataset.closeOrigin);
  const button = place.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", close);
  close();
})();
