// Controls: native, labelled, for mouse, touch and keyboard alike.

let used = 0;

/** A number between min and max. `text(value)` is how it is shown and spoken. */
export function slider(key, label, { min, max, step = 1, text = plain }) {
  const texts = (value) => text(Number(value));
  return { key, label, min, max, step, text: texts, tidy: (value) => rounded(value, min, max, step), build: buildSlider };
}

/** One of a few numbers on a slider, for values that are not evenly spaced. */
export function choice(key, label, values, { text = plain } = {}) {
  const nearest = (value) => values.reduce((best, one) => (Math.abs(one - value) < Math.abs(best - value) ? one : best));
  return { key, label, values, text: (value) => text(Number(value)), tidy: (value) => nearest(Number(value)), build: buildChoice };
}

/** One of some words. options: {value: shown text}. */
export function menu(key, label, options) {
  const known = (value) => (value in options ? value : Object.keys(options)[0]);
  return { key, label, options, text: (value) => options[value], tidy: known, build: buildMenu };
}

/** Yes or no. */
export function checkbox(key, label) {
  return { key, label, text: (value) => (value ? "yes" : "no"), tidy: (value) => value === true || value === "true", build: buildCheckbox };
}

function plain(value) {
  return String(value).replace("-", "−");
}

function rounded(value, min, max, step) {
  const number = Number.isFinite(Number(value)) ? Number(value) : min;
  const nearest = Math.min(max, Math.max(min, min + step * Math.round((number - min) / step)));
  return Number(nearest.toPrecision(12));
}

/**
 * Make a control's row. `chosen(value)` is called when the reader moves it;
 * the returned `show(value)` moves it without calling back.
 */
export function makeControl(control, chosen) {
  const row = document.createElement("div");
  const label = document.createElement("label");
  label.textContent = control.label;
  const { input, shown, show } = control.build(control, chosen);
  input.id = label.htmlFor = `cw-${(used += 1)}`;
  row.className = `cw-control cw-${input.type ?? "select"}`;
  row.append(label, input, ...(shown ? [shown] : []));
  return { row, input, show };
}

function buildSlider(control, chosen) {
  const { min, max, step } = control;
  return range(control, { min, max, step }, chosen, { toInput: (value) => value, fromInput: Number });
}

function buildChoice(control, chosen) {
  const { values } = control;
  const places = { toInput: (value) => values.indexOf(value), fromInput: (place) => values[place] };
  return range(control, { min: 0, max: values.length - 1, step: 1 }, chosen, places);
}

function range(control, limits, chosen, { toInput, fromInput }) {
  const input = document.createElement("input");
  Object.assign(input, { type: "range", ...limits });
  const shown = document.createElement("span");
  shown.className = "cw-value";
  shown.setAttribute("aria-hidden", "true"); // it is the slider's value text already
  input.addEventListener("input", () => chosen(fromInput(Number(input.value))));
  const show = (value) => {
    input.value = toInput(value);
    shown.textContent = control.text(value);
    input.setAttribute("aria-valuetext", control.text(value));
  };
  return { input, shown, show };
}

function buildMenu({ options }, chosen) {
  const input = document.createElement("select");
  for (const [value, text] of Object.entries(options)) input.add(new Option(text, value));
  input.addEventListener("change", () => chosen(input.value));
  return { input, show: (value) => { input.value = value; } };
}

function buildCheckbox(_, chosen) {
  const input = document.createElement("input");
  input.type = "checkbox";
  input.addEventListener("change", () => chosen(input.checked));
  return { input, show: (value) => { input.checked = value; } };
}

export function button(text, pressed) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "cw-button", textContent: text });
  made.addEventListener("click", pressed);
  return made;
}
