// The tool's side of LTI platform storage (LTI Client Side postMessages and postMessage Storage, 0.1 drafts):
// at login gives the browser's secret to the LMS's page to keep, at launch asks for it back and posts it to us.
"use strict";
(() => {
  const status = document.querySelector("[data-storage]");
  const { storage: step, frame, origin, key, value, onward, working, failed } = status.dataset;
  const PROBE = 700, PATIENCE = 2200;  // milliseconds; together less than three seconds
  const keeperOrigin = new URL(origin).origin;  // as browsers write it, without the usual port
  const around = window.parent !== window ? window.parent : window.opener;

  function newId() {
    return Array.from(window.crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // Believes only the window that was asked, only from the origin that was asked, only about this message.
  function ask(target, targetOrigin, message, patience) {
    return new Promise((resolve, reject) => {
      const id = newId();
      let timer = 0;
      const end = (settle, what) => { window.clearTimeout(timer); window.removeEventListener("message", hear); settle(what); };
      function hear(event) {
        const said = event.data;
        if (event.source !== target || (targetOrigin !== "*" && event.origin !== targetOrigin)) return;
        if (typeof said !== "object" || said === null || said.message_id !== id) return;
        // Older LMSs write the prefix.
        if (String(said.subject).replace(/^org\.imsglobal\./, "") !== `${message.subject}.response`) return;
        if (said.error) end(reject, new Error("refused")); else end(resolve, said);
      }
      timer = window.setTimeout(() => end(reject, new Error("no answer")), patience);
      window.addEventListener("message", hear);
      target.postMessage({ ...message, message_id: id }, targetOrigin);
    });
  }

  function frameNamed(name) {
    if (name === "_parent") return around;
    const found = around.frames[name];
    if (!found || typeof found.postMessage !== "function") throw new Error("no such frame");
    return found;
  }

  // Which frame keeps data. The question holds no secret, so any origin may answer it; what it says is only where
  // to ask next, and whoever answers there must be of the right origin.
  async function keeper(subject) {
    const said = await ask(around, "*", { subject: "lti.capabilities" }, PROBE).catch(() => null);
    if (!said || !Array.isArray(said.supported_messages)) return frameNamed(frame);
    const entry = said.supported_messages.find((one) => one && String(one.subject).replace(/^org\.imsglobal\./, "") === subject);
    if (!entry) throw new Error("not supported");
    return frameNamed(typeof entry.frame === "string" && entry.frame ? entry.frame : frame);
  }

  async function put() {
    const subject = "lti.put_data";
    const said = await ask(await keeper(subject), keeperOrigin, { subject, key, value }, PATIENCE);
    if (said.key !== key || said.value !== value) throw new Error("something else was kept");
    window.location.assign(onward);
  }

  async function get() {
    const subject = "lti.get_data";
    const said = await ask(await keeper(subject), keeperOrigin, { subject, key }, PATIENCE);
    if (said.key !== key || typeof said.value !== "string") throw new Error("nothing was kept");
    const form = document.querySelector("form[hidden]");
    form.elements.browser_secret.value = said.value;
    form.submit();
  }

  status.textContent = working;
  Promise.resolve(around ? (step === "put" ? put() : get()) : Promise.reject(new Error("alone")))
    .catch(() => { status.textContent = failed; });
})();
