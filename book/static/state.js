// The state of the page's figures in its address, so that what a reader sees can be linked:
// ?curve.z=3&flow.depth=10#figure-flow says where two figures stand, and which one was touched last.
// A plain script, not a module: browsers load no modules from a disk.
"use strict";

const addressState = (() => {
  const changed = new Map();
  let waiting = 0;

  /** What the address says of figure `name`: {key: text}. Whether a text makes sense is for the caller to see. */
  function read(name) {
    const found = {};
    for (const [key, text] of new URLSearchParams(location.search)) {
      if (key.startsWith(`${name}.`)) found[key.slice(name.length + 1)] = text;
    }
    return found;
  }

  /**
   * Say in the address that figure `name`, the element with the id `figure-<name>`, stands at `values`.
   * A value equal to that in `starts` goes unsaid, so a figure that was reset leaves no trace.
   * Browsers limit how often an address may change, so a moment's changes are written together.
   */
  function write(name, values, starts) {
    changed.set(name, { values, starts });
    clearTimeout(waiting);
    waiting = setTimeout(flush, 150);
  }

  /** Write now what is waiting. */
  function flush() {
    clearTimeout(waiting);
    if (!changed.size) return;
    const address = new URL(location.href);
    for (const [name, { values, starts }] of changed) {
      const moved = say(address.searchParams, name, values, starts);
      address.hash = moved ? `figure-${name}` : address.hash.replace(`#figure-${name}`, "");
    }
    changed.clear();
    history.replaceState(history.state, "", address);
  }

  /** Put what differs from the start into `said`; return whether anything does. */
  function say(said, name, values, starts) {
    for (const key of [...said.keys()]) if (key.startsWith(`${name}.`)) said.delete(key);
    const moved = Object.keys(values).filter((key) => String(values[key]) !== String(starts[key]));
    for (const key of moved) said.set(`${name}.${key}`, values[key]);
    return moved.length > 0;
  }

  addEventListener("pagehide", flush);
  return { read, write, flush };
})();
