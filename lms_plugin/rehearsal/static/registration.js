// Goes back to the list of tools when the tool, in its frame or window, says that the registration is over.
(() => {
  "use strict";
  const frame = document.querySelector("iframe.tool");
  window.addEventListener("message", (event) => {
    if (event.data?.subject !== "org.imsglobal.lti.close") return;
    if (frame && event.source !== frame.contentWindow) return;
    window.location.assign(document.getElementById("back").href);
  });
})();
