// What only a script inside the LMS's frame can try: who is around us, the LMS's storage (LTI postMessage Storage),
// and whether it follows our height (lti.frameResize). Nothing secret is sent: the value stored is a number drawn
// for this test, so it may go to whoever frames us.
(() => {
  "use strict";
  const known = (document.currentScript?.dataset.origins ?? "").split(" ").filter(Boolean);
  const around = window.parent !== window ? window.parent : null;
  const patience = 2500;

  const show = (probe, outcome, detail = "") => {
    for (const one of document.querySelectorAll(`[data-probe="${probe}"] [data-outcome]`)) {
      one.hidden = one.dataset.outcome !== outcome;
      if (!one.hidden) one.querySelector("[data-detail]").textContent = detail;
    }
  };

  // Canvas has a frame of its own for these messages beside ours; on other sites asking for it is an error.
  const forwarding = () => {
    try {
      return around.frames["post_message_forwarding"];
    } catch {
      return undefined;
    }
  };
  const listeners = () => [around, forwarding()].filter(Boolean);

  const ask = (subject, content) =>
    new Promise((resolve) => {
      const id = crypto.randomUUID();
      const hear = (event) => {
        const told = event.data;
        if (!listeners().includes(event.source) || typeof told !== "object" || told === null) return;
        if (told.message_id !== id || !String(told.subject).endsWith(`${subject}.response`)) return;
        window.removeEventListener("message", hear);
        resolve(told);
      };
      window.addEventListener("message", hear);
      window.setTimeout(() => {
        window.removeEventListener("message", hear);
        resolve(null);
      }, patience);
      for (const one of listeners()) one.postMessage({ subject, message_id: id, ...content }, "*");
    });

  const ancestors = () => {
    if (!window.location.ancestorOrigins) return show("ancestors", "untold");
    const found = [...window.location.ancestorOrigins];
    const strangers = found.filter((origin) => !known.includes(origin));
    return show("ancestors", strangers.length ? "unknown" : "known", (strangers.length ? strangers : found).join(", "));
  };

  const storage = async () => {
    const told = await ask("lti.capabilities", {});
    const subjects = (told?.supported_messages ?? []).map((one) => String(one.subject)).join(", ");
    const key = "coalizione_self_test";
    const value = crypto.randomUUID();
    const kept = await ask("lti.put_data", { key, value });
    if (kept === null && told === null) return show("storage", "silent");
    const back = kept === null ? null : await ask("lti.get_data", { key });
    return show("storage", back?.value === value ? "works" : subjects.includes("put_data") ? "differs" : "silent", subjects);
  };

  const pause = (milliseconds) => new Promise((resolve) => window.setTimeout(resolve, milliseconds));

  const height = async () => {
    await pause(500); // frame_resize.js tells our own height after what was just shown
    const before = window.innerHeight;
    let moved = 0;
    const look = () => {
      moved = Math.max(moved, Math.abs(window.innerHeight - before));
    };
    window.addEventListener("resize", look);
    around.postMessage({ subject: "lti.frameResize", height: before + 120 }, "*");
    await pause(1000);
    look();
    window.removeEventListener("resize", look);
    show("height", moved >= 50 ? "followed" : "ignored");
    const own = Math.ceil(document.body.getBoundingClientRect().height);
    around.postMessage({ subject: "lti.frameResize", height: own }, "*");
  };

  const run = async () => {
    if (around === null) for (const probe of ["ancestors", "storage", "height"]) show(probe, "alone");
    else {
      ancestors();
      await storage();
      await height();
    }
    document.querySelector("[data-done]").hidden = false;
  };
  run();
})();
