// The LMS's page around a tool (LTI Client Side postMessages 0.1 draft). It keeps data for the tool itself, or
// names the frame that does (Canvas), or neither.
(() => {
  "use strict";
  const frame = document.querySelector("iframe.tool");
  const keeper = document.currentScript.dataset.keeper;
  const keeps = Object.keys(window.practiceStorage);
  const storing = { "": [], _parent: keeps.map((subject) => ({ subject })) }[keeper]
    ?? keeps.map((subject) => ({ subject, frame: keeper }));
  const supported = [...["lti.capabilities", "lti.frameResize"].map((subject) => ({ subject })), ...storing];

  window.practiceAnswering({
    ...(keeper === "_parent" ? window.practiceStorage : {}),
    "lti.capabilities": () => ({ supported_messages: supported }),
    "lti.frameResize": (message) => {
      const height = Math.min(Math.max(Number(message.height) || 0, 200), 4000);
      frame.setAttribute("height", String(height));
      return null;
    },
  }, (source) => source === frame.contentWindow);

  // A page of the LMS itself in the frame tells no height: it is read. A tool's page is another site's, and null.
  frame.addEventListener("load", () => {
    const page = frame.contentDocument?.body;
    if (page) frame.setAttribute("height", String(Math.max(page.scrollHeight, 704)));
  });
})();
