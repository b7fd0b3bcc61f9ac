"use strict";
// Presence: one request is always under way; the server answers at a change or after a while, then the next starts.
(() => {
  const room = document.querySelector("[data-room]");
  if (!room) return;
  const address = room.dataset.room;
  const status = document.getElementById("presence-status");
  const count = document.getElementById("people-count");
  const list = document.getElementById("people");
  let version = room.dataset.version;
  let leaving = false;
  // Names this showing of the page, so that a late heartbeat cannot undo its closing.
  const newPage = () => `${Date.now()}-${Math.random()}`;
  let page = newPage();

  const say = (sentence, trouble) => {
    // A live region speaks at every write: write only what is new.
    if (status.textContent !== sentence) status.textContent = sentence;
    status.classList.toggle("trouble", trouble);
  };

  const show = (people) => {
    list.replaceChildren(...people.map((person) => {
      const item = document.createElement("li");
      item.textContent = person.moderator ? `${person.name} (conduce)` : person.name;
      return item;
    }));
    count.textContent = String(people.length);
  };

  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  const beat = async () => {
    const answer = await fetch(`${address}/presence`, { method: "POST", body: new URLSearchParams({ version, page }) });
    if (answer.status === 410) return false;
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    version = String(told.version);
    show(told.people);
    say("Presenza registrata.", false);
    return true;
  };

  const stay = async () => {
    for (;;) {
      try {
        if (!(await beat())) { if (!leaving) location.replace(address); return; }
      } catch {
        if (!leaving) say("Collegamento interrotto. Riprovo da solo tra pochi secondi.", true);
        await pause(5000);
      }
    }
  };

  addEventListener("submit", () => { leaving = true; });
  addEventListener("pagehide", () => {
    leaving = true;
    navigator.sendBeacon(`${address}/away`, new URLSearchParams({ page }));
  });
  addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) page = newPage();
  });
  stay();
})();
