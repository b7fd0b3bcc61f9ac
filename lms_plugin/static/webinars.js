// Reloads the page of a webinar when its state changes, so that nobody has to press «Aggiorna».
"use strict";
(() => {
  const root = document.querySelector("[data-webinar-state]");
  const isTrainer = document.getElementById("presenti") !== null;
  const visit = window.carriedVisit || { fetch: window.fetch.bind(window), reload: () => window.location.reload() };
  let wait = 4000;
  async function look() {
    try {
      const answer = await visit.fetch(root.dataset.webinarState, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const state = await answer.json();
        const openChanged = String(state.open) !== root.dataset.open;
        const peopleChanged = isTrainer && state.present !== Number(root.dataset.present);
        const settledChanged = !state.open && state.settled !== Number(root.dataset.settled);
        if (openChanged || peopleChanged || settledChanged) { visit.reload(); return; }
        wait = 4000;
      } else if (answer.status === 401) { return; }
    } catch { wait = Math.min(wait * 2, 60000); }
    window.setTimeout(look, wait + Math.random() * 1000);
  }
  window.setTimeout(look, wait);
})();
