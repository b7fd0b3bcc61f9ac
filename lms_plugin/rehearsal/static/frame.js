// The LMS side of LTI platform storage and of frame resizing (LTI Client Side postMessages 0.1 drafts).
(() => {
  "use strict";
  const frame = document.querySelector("iframe.tool");
  const stored = new Map();
  const supported = ["lti.capabilities", "lti.put_data", "lti.get_data", "lti.frameResize"];

  const answers = {
    "lti.capabilities": () => ({ supported_messages: supported.map((subject) => ({ subject })) }),
    "lti.put_data": (message, origin) => {
      if (typeof message.key !== "string" || typeof message.value !== "string" || message.value.length > 4096) {
        return { error: { code: "bad_request", message: "key and value must be strings" } };
      }
      stored.set(`${origin} ${message.key}`, message.value);
      return { key: message.key, value: message.value };
    },
    "lti.get_data": (message, origin) => ({ key: message.key, value: stored.get(`${origin} ${message.key}`) ?? null }),
    "lti.frameResize": (message) => {
      const height = Math.min(Math.max(Number(message.height) || 0, 200), 4000);
      frame.setAttribute("height", String(height));
      return null;
    },
  };

  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || typeof event.data !== "object" || event.data === null) return;
    const answer = Object.hasOwn(answers, event.data.subject) ? answers[event.data.subject] : null;
    const content = answer ? answer(event.data, event.origin) : null;
    if (content === null) return;
    const envelope = { subject: `${event.data.subject}.response`, message_id: event.data.message_id };
    event.source.postMessage({ ...envelope, ...content }, event.origin);
  });
})();
