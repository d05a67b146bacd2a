// Let every figure with a grid of frames answer its controls, and the page's address say where they stand.
"use strict";

document.querySelectorAll("figure.explore").forEach((figure) => {
  const data = figure.querySelector("script[type='application/json']");
  if (!data) return;
  const { controls, frames } = JSON.parse(data.textContent);
  const name = figure.id.replace("figure-", "");
  const images = figure.querySelectorAll("img"); // on a phone each shows a part of the picture
  const image = images[0];
  const output = figure.querySelector("output");
  const folder = image.src.slice(0, image.src.lastIndexOf("/") + 1);
  const start = controls.map((control) => control.start);
  const state = restored();

  // The last control moves fastest through the grid.
  const at = (place) => controls.reduce((sum, c, i) => sum * c.texts.length + place[i], 0);

  // ---- frames ----

  /** Let `picture` show the frame `file`, in the density that suits the screen. */
  function put(file, picture) {
    const width = Number(image.getAttribute("width"));
    picture.sizes = image.sizes;
    picture.srcset = `${folder}${file}.webp ${width}w, ${folder}${file}-2x.webp ${2 * width}w`;
  }

  const fetched = new Map();
  function fetchFrame(place) {
    const [file] = frames[at(place)];
    if (!fetched.has(file)) {
      const picture = new Image();
      put(file, picture);
      // The picture is kept, so that its decoded pixels are there when it is wanted.
      fetched.set(file, { picture, ready: picture.decode().catch(() => fetched.delete(file)) });
    }
    return fetched.get(file).ready;
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
    images.forEach((one) => put(file, one));
    image.alt = output.textContent = sentence;
    fetchNeighbours();
  }

  // ---- the address ----

  // In an address all can be typed: small letters, the minus of keyboards, no commas, 1e-7 for 10⁻⁷.
  function plain(text) {
    const power = (_, factor = "1", raised) => `${factor}e${raised.replace(/./g, lowered)}`;
    return text
      .replace(/(?:([\d.]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, power)
      .replace("−", "-")
      .replace(/(\d),(?=\d{3})/g, "$1")
      .toLowerCase();
  }

  function lowered(digit) {
    return digit === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit);
  }

  function restored() {
    const said = addressState.read(name);
    return controls.map((control) => {
      const found = control.texts.findIndex((text) => plain(text) === said[control.name]?.toLowerCase());
      return found < 0 ? control.start : found;
    });
  }

  function inWords(place) {
    return Object.fromEntries(controls.map((control, i) => [control.name, plain(control.texts[place[i]])]));
  }

  // ---- the controls ----

  const inputs = [...figure.querySelectorAll(".explore-controls :is(input, select)")];
  const values = inputs.map((input) => input.parentElement.querySelector(".explore-value"));
  const panel = figure.querySelector(".explore-controls");
  const again = panel.querySelector("button");

  inputs.forEach((input, i) =>
    input.addEventListener("input", () => {
      state[i] = Number(input.value);
      moved();
    })
  );
  again.addEventListener("click", () => {
    start.forEach((value, i) => (state[i] = value));
    moved();
  });

  function moved() {
    refresh();
    addressState.write(name, inWords(state), inWords(start));
    return show();
  }

  /** Let the controls show the state. */
  function refresh() {
    inputs.forEach((input, i) => {
      const text = controls[i].texts[state[i]];
      input.value = state[i];
      if (!values[i]) return;
      values[i].textContent = text;
      input.setAttribute("aria-valuetext", text);
    });
    // A button that went away would take the keyboard's focus with it.
    again.setAttribute("aria-disabled", at(state) === at(start));
  }

  output.setAttribute("for", inputs.map((input) => input.id).join(" "));
  refresh();
  if (at(state) !== at(start)) show();
  for (const sign of ["pointerenter", "pointerdown", "focusin"]) {
    panel.addEventListener(sign, fetchNeighbours, { once: true });
  }
});
