// Carries a visit that no cookie carries: a ticket for every link, the secret for what scripts fetch.
"use strict";
(() => {
  const { visit, ticketAddress, secret: given } = document.currentScript.dataset;
  // The history entry keeps it for reloading and for going back: where third-party cookies are blocked, browsers
  // refuse sessionStorage as well (Chromium does).
  const kept = window.history.state;
  const secret = given || (kept?.visit === visit ? kept.secret : "");

  const ours = (options = {}) => ({ ...options, headers: { ...options.headers, Authorization: `Bearer ${secret}` } });

  async function withTicket(address) {
    const url = new URL(address, window.location.href);
    const body = new URLSearchParams({ path: url.pathname });
    const answer = await fetch(ticketAddress, ours({ method: "POST", body, headers: { Accept: "application/json" } }));
    if (!answer.ok) throw new Error(String(answer.status));
    const { ticket } = await answer.json();
    if (ticket) url.searchParams.set("ticket", ticket);
    return url.href;
  }

  async function open(address, how = "assign") {
    // Without a ticket the server says what to do.
    window.location[how](await withTicket(address).catch(() => address));
  }

  function withoutTicket() {
    const here = new URL(window.location.href);
    here.searchParams.delete("ticket");
    return here.href;
  }

  // A page that was opened before, and whose ticket is spent. Replacing it drops what its entry kept, so that this
  // is tried once; if the visit is over, the page says so.
  async function comeBack() {
    const address = secret && await withTicket(withoutTicket()).catch(() => "");
    if (address) window.location.replace(address);
  }

  const isOurs = (address) => new URL(address, window.location.href).origin === window.location.origin;
  const inThisWindow = (element) => !["_blank", "_top", "_parent"].includes(element.getAttribute("target") || "");

  function onClick(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.getAttribute("href").startsWith("#") || !isOurs(link.href) || !inThisWindow(link)) return;
    event.preventDefault();
    open(link.href);
  }

  // A form that only asks: its fields become an address, which needs a ticket.
  function onSubmit(event) {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || (form.getAttribute("method") || "get").toLowerCase() !== "get") return;
    const action = button?.getAttribute("formaction") || form.getAttribute("action") || window.location.href;
    if (!isOurs(action) || !inThisWindow(form)) return;
    event.preventDefault();
    const url = new URL(action, window.location.href);
    const fields = new FormData(form);
    if (button?.name) fields.append(button.name, button.value);
    url.search = new URLSearchParams(fields).toString();
    open(url.href);
  }

  function showPicture(picture) {
    const shown = (blob) => { const reader = new FileReader(); reader.onload = () => { picture.src = reader.result; }; reader.readAsDataURL(blob); };
    fetch(picture.src, ours()).then((answer) => (answer.ok ? answer.blob().then(shown) : null)).catch(() => null);
  }

  const remember = () => window.history.replaceState({ visit, secret }, "", withoutTicket());

  if (!given) { comeBack(); return; }
  remember();
  window.addEventListener("hashchange", remember);  // another entry of the same page
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.querySelectorAll(`img[src^="/v/"]`).forEach(showPicture);
  window.carriedVisit = Object.freeze({
    fetch: (address, options) => fetch(address, ours(options)),
    reload: () => open(withoutTicket(), "replace"),
  });
})();
