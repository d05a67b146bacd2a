// Things that go on step by step, such as training: a button that starts and stops them.

import { button } from "./controls.js";

/**
 * A Run button for a panel of buttons.
 *
 * begin(): a new run; called at the first press and at the first one after `reset`
 * advance(run): do a little more of it; returns whether there is more to do
 * seen(run): show where it stands
 *
 * Between two frames of the screen it advances for about `budget` milliseconds. A reader who
 * prefers reduced motion sees where the run stands at once, then once a second instead of in every
 * frame, and when it pauses.
 * A run in a hidden page pauses, since browsers then draw no frames.
 */
export function runner({ label = "Run", begin, advance, seen, budget = 12 }) {
  let run = null;
  let frame = null;
  let shown;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const element = button(label, () => (frame === null ? start() : pause()));

  function start() {
    run ??= begin();
    element.textContent = "Pause";
    shown = -Infinity;
    frame = requestAnimationFrame(step);
  }

  function pause() {
    stop();
    seen(run);
  }

  function stop() {
    cancelAnimationFrame(frame);
    frame = null;
    element.textContent = label;
  }

  function step(now) {
    const until = performance.now() + budget;
    let more = true;
    while (more && performance.now() < until) more = advance(run);
    if (!more || !calm.matches || now - shown > 1000) {
      shown = now;
      seen(run);
    }
    if (more) frame = requestAnimationFrame(step);
    else end();
  }

  function end() {
    stop();
    run = null; // the next press begins anew
  }

  return { element, stop, reset: end };
}
