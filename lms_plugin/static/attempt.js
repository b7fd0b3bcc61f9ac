// Saves the answers of an attempt while they are given. Without this script the buttons do the same.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form || !window.fetch) return;
  const status = form.querySelector("[data-autosave-status]");
  const PAUSE = 2000, RETRY = 15000;
  let timer = 0, changed = false, sending = false;

  const save = async (leaving) => {
    if (!changed || (sending && !leaving)) return;
    clearTimeout(timer);
    changed = false;
    sending = true;
    let wait = PAUSE;
    const body = new URLSearchParams(new FormData(form));
    body.set("action", "save");
    try {
      const answer = await fetch(form.getAttribute("action"), {  // form.action would be the buttons named "action"
        method: "POST", body, keepalive: true, redirect: "error", headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      status.textContent = `${form.dataset.savedWords} ${(await answer.json()).saved_at}`;
    } catch (_problem) {
      changed = true;
      wait = RETRY;
      status.textContent = form.dataset.failedWords;
    }
    sending = false;
    if (changed) timer = setTimeout(save, wait);
  };

  form.addEventListener("change", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); changed = false; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  window.addEventListener("pagehide", () => save(true));
})();
