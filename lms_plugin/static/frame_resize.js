// Tells the LMS how tall this page is, so that its frame needs no scroll bar of its own (lti.frameResize, LTI
// client-side postMessages). Only inside a frame, only to the LMS's own origins, at most every 150 ms, and not
// for a few pixels: an LMS that adds a margin or moves our scroll bar must not start a loop.
(() => {
  "use strict";
  if (window.parent === window) return;
  const known = (document.currentScript?.dataset.origins ?? "").split(" ").filter(Boolean);
  // Where the browser tells who frames us, only those are told: others would be an error in its console.
  const around = window.location.ancestorOrigins ? [...window.location.ancestorOrigins] : known;
  const origins = known.filter((origin) => around.includes(origin));
  const leastChange = 10;
  const pause = 150;
  const sent = [];
  let waiting = null;

  // The body's own height, which the frame's height has no part in: documentElement's never shrinks.
  const height = () => Math.ceil(document.body.getBoundingClientRect().height);

  const tell = () => {
    waiting = null;
    const now = height();
    const [last, before] = sent;
    if (last !== undefined && Math.abs(now - last) < leastChange) return;
    // Back to the height before the last one, and lower: what we sent brings about what we measure. Stay tall.
    if (before !== undefined && now < last && Math.abs(now - before) < leastChange && performance.now() - tell.at < 1000) return;
    sent.unshift(now);
    sent.length = Math.min(sent.length, 2);
    tell.at = performance.now();
    for (const origin of origins) window.parent.postMessage({ subject: "lti.frameResize", height: now }, origin);
  };

  const soon = () => {
    waiting ??= window.setTimeout(tell, pause);
  };

  if (origins.length === 0) return;
  const begin = () => {
    new ResizeObserver(soon).observe(document.body);
    tell();
  };
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
