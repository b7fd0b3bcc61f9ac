// What the LMS keeps for tools, by the origin of the tool (LTI postMessage Storage 0.1 draft).
"use strict";
window.practiceStorage = (() => {
  const stored = new Map();
  return {
    "lti.put_data": (message, origin) => {
      if (typeof message.key !== "string" || typeof message.value !== "string" || message.value.length > 4096) {
        return { error: { code: "bad_request", message: "key and value must be strings" } };
      }
      stored.set(`${origin} ${message.key}`, message.value);
      return { key: message.key, value: message.value };
    },
    "lti.get_data": (message, origin) => ({ key: message.key, value: stored.get(`${origin} ${message.key}`) ?? null }),
  };
})();

// Answers with what `answers` says to the messages that `isFor` lets through.
window.practiceAnswering = (answers, isFor) => window.addEventListener("message", (event) => {
  if (!isFor(event.source) || typeof event.data !== "object" || event.data === null) return;
  const answer = Object.hasOwn(answers, event.data.subject) ? answers[event.data.subject] : null;
  const content = answer ? answer(event.data, event.origin) : null;
  if (content === null) return;
  const envelope = { subject: `${event.data.subject}.response`, message_id: event.data.message_id };
  event.source.postMessage({ ...envelope, ...content }, event.origin);
});
