// Carries a visit that no cookie carries: a ticket for every link, the secret for what scripts fetch.
"use strict";
(() => {
  const { visit, ticketAddress, secret: given } = document.currentScript.dataset;
  const KEPT = `visit-${visit}`, TRIED = `visit-${visit}-tried`, ONCE_IN = 10000;

  // Where third-party cookies are blocked, some browsers refuse this storage as well.
  const memory = {
    read(name) { try { return window.sessionStorage.getItem(name); } catch { return null; } },
    write(name, value) { try { window.sessionStorage.setItem(name, value); } catch { /* then a reload ends the visit */ } },
    forget(name) { try { window.sessionStorage.removeItem(name); } catch { /* nothing was kept */ } },
  };
  const secret = given || memory.read(KEPT);

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

  async function comeBack() {
    const tried = Number(memory.read(TRIED) || 0);
    if (!secret || Date.now() - tried < ONCE_IN) return;
    memory.write(TRIED, String(Date.now()));
    try {
      window.location.replace(await withTicket(withoutTicket()));
    } catch {
      memory.forget(KEPT);  // the visit is over: the page says so
    }
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

  if (!given) { comeBack(); return; }
  memory.write(KEPT, secret);
  memory.forget(TRIED);
  window.history.replaceState(window.history.state, "", withoutTicket());
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.querySelectorAll(`img[src^="/v/"]`).forEach(showPicture);
  window.carriedVisit = Object.freeze({
    fetch: (address, options) => fetch(address, ours(options)),
    reload: () => open(withoutTicket(), "replace"),
  });
})();
