// Give every figure with a grid of frames its controls.
"use strict";

document.querySelectorAll("figure.explore").forEach((figure, number) => {
  const data = figure.querySelector("script[type='application/json']");
  if (!data) return;
  const { controls, frames } = JSON.parse(data.textContent);
  const image = figure.querySelector("img");
  const output = figure.querySelector("output");
  const folder = image.src.slice(0, image.src.lastIndexOf("/") + 1);
  const state = controls.map((control) => control.start);

  // The last control moves fastest through the grid.
  const at = (place) => controls.reduce((sum, c, i) => sum * c.texts.length + place[i], 0);

  const fetched = new Map();
  function fetchFrame(place) {
    const file = frames[at(place)][0];
    if (!fetched.has(file)) {
      const picture = new Image();
      picture.src = folder + file;
      fetched.set(file, picture.decode().catch(() => fetched.delete(file)));
    }
    return fetched.get(file);
  }

  function fetchNeighbours() {
    controls.forEach((control, i) => {
      for (const step of [-1, 1]) {
        const place = state.map((value, j) => (j === i ? value + step : value));
        if (place[i] >= 0 && place[i] < control.texts.length) fetchFrame(place);
      }
    });
  }

  async function show() {
    const wanted = at(state);
    await fetchFrame([...state]);
    if (wanted !== at(state)) return; // the reader has moved on
    const [file, sentence] = frames[wanted];
    image.src = folder + file;
    image.alt = output.textContent = sentence;
    fetchNeighbours();
  }

  const panel = document.createElement("div");
  panel.className = "explore-controls";
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", "Controls of the figure");
  const ids = controls.map((control, i) => {
    const id = `explore-${number}-${i}`;
    const row = document.createElement("div");
    const label = document.createElement("label");
    label.htmlFor = id;
    label.textContent = control.label;
    const value = document.createElement("span");
    value.className = "explore-value";
    value.textContent = control.texts[control.start];
    value.setAttribute("aria-hidden", "true");
    const input = control.kind === "range" ? range(control) : select(control);
    input.id = id;
    input.addEventListener("input", () => {
      state[i] = Number(input.value);
      value.textContent = control.texts[state[i]];
      input.setAttribute("aria-valuetext", control.texts[state[i]]);
      show();
    });
    row.append(label, input);
    if (control.kind === "range") row.append(value);
    panel.append(row);
    return id;
  });
  output.setAttribute("for", ids.join(" "));
  figure.querySelector("figcaption").prepend(panel);
  panel.addEventListener("pointerenter", fetchNeighbours, { once: true });
  panel.addEventListener("focusin", fetchNeighbours, { once: true });

  function range(control) {
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: 0, max: control.texts.length - 1, step: 1 });
    input.value = control.start;
    input.setAttribute("aria-valuetext", control.texts[control.start]);
    return input;
  }

  function select(control) {
    const input = document.createElement("select");
    control.texts.forEach((text, k) => input.add(new Option(text, k, k === control.start, k === control.start)));
    return input;
  }
});
