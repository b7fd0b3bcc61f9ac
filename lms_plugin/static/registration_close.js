// Tells the LMS that framed or opened this page that the registration is over (LTI Dynamic Registration 1.0 §3.8).
"use strict";
(() => {
  const place = document.querySelector("[data-close-origin]");
  const lms = window.opener || (window.parent === window ? null : window.parent);
  if (!place || !lms) return;
  const close = () => lms.postMessage({ subject: "org.imsglobal.lti.close" }, place.dataset.closeOrigin);
  const button = place.querySelector("button");
  button.hidden = false;
  // An LMS has usually turned its page at the first message: the window that it opened closes itself.
  button.addEventListener("click", () => { close(); window.close(); });
  close();
})();
