// Bring the page's widgets to life, each when it is about to be seen.
"use strict";

const courseWidgets = {};

/** What a widget takes for Jupyter's model of its state: here it lives in the page and its address. */
class PageModel {
  constructor(name, start) {
    Object.assign(this, { name, start, values: { ...start }, listeners: new Map() });
    for (const [key, text] of Object.entries(addressState.read(name))) {
      if (key in start) this.values[key] = typeof start[key] === "string" ? text : numberOrTruth(text) ?? start[key];
    }
  }

  get(key) {
    return key === "start" ? this.start : this.values[key];
  }

  set(key, value) {
    if (this.values[key] === value) return;
    this.values[key] = value;
    for (const listener of this.listeners.get(`change:${key}`) ?? []) listener();
  }

  on(event, listener) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  off(event, listener) {
    this.listeners.set(event, (this.listeners.get(event) ?? []).filter((one) => one !== listener));
  }

  save_changes() {
    addressState.write(this.name, this.values, this.start);
  }
}

/** The number or the truth value that a text says, or null. */
function numberOrTruth(text) {
  return /^(true|false|-?\d+(\.\d+)?(e[+-]?\d+)?)$/.test(text) ? JSON.parse(text) : null;
}

function load(source) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: source, onload: done, onerror: failed });
    document.head.append(script);
  });
}

async function enliven(figure) {
  const { name, script } = figure.dataset;
  const address = new URL(script, location.href);
  const key = address.pathname.match(/([^/]+)\.js$/)[1];
  if (!courseWidgets[key]) await load(address);
  const start = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  courseWidgets[key].render({ model: new PageModel(name, start), el: figure });
}

const soonSeen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    soonSeen.unobserve(target);
    enliven(target);
  }
}, { rootMargin: "800px" });
document.querySelectorAll("figure.widget-figure").forEach((figure) => soonSeen.observe(figure));
