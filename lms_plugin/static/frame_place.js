// In a frame as tall as its page it is the LMS's window that scrolls, and it stays where it was: the next lesson
// would begin at its end, and a link within the page lead nowhere. This brings what a person asked for into view,
// unless it is there already. A page that only loads again is left alone.
(() => {
  "use strict";
  if (window.parent === window || !window.IntersectionObserver) return;

  const show = (place) => {
    if (!place) return;
    const look = new IntersectionObserver(([seen]) => {
      look.disconnect();
      if (!seen.isIntersecting) place.scrollIntoView();
    });
    look.observe(place);
  };

  // By id: while a deferred script runs, nothing need be :target yet.
  const named = (hash) => (hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null);

  const before = document.referrer ? new URL(document.referrer) : null;
  const fromHere = before?.origin === window.location.origin;  // else the LMS has just opened us at its own place
  const another = before?.pathname !== window.location.pathname;
  const top = () => document.querySelector("main > :first-child");
  if (fromHere) show(named(window.location.hash) ?? document.getElementById("errori") ?? (another ? top() : null));

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link) window.setTimeout(() => show(named(link.hash)));
  });
})();
