// A whole widget from its parts: controls, panels, a computation and a sentence.

import { crisp } from "./canvas.js";
import { button, makeControl } from "./controls.js";
import { makeHandle } from "./handles.js";
import { keepKeys } from "./keyboard.js";
import { palette, watchTheme } from "./palette.js";
import { runner } from "./running.js";

/**
 * A widget as Jupyter (anywidget) and the book take it: what a module exports by default.
 *
 * controls: what slider, choice, menu and checkbox of controls.js make; a control's key is the name
 *   of the Python figure's parameter
 * compute(state): everything that is drawn and said, from the values of the controls
 * panels: [{title, height, wide, draw(context, width, height, data, state, colours, run), handles}];
 *   wide: over both columns; draw returns its Axes if the panel has handles, and those are
 *   [{key, at(data, state) -> {x, y}, value({x, y}, state) -> value}]
 * sentence(data, state, run): what is seen, in words
 * run: for what goes on step by step, {label, begin(state, data) -> run, advance(run) -> whether
 *   there is more}; null for draw and sentence until the reader starts it, and after any change
 */
export function figure(parts) {
  return { render: ({ model, el }) => new Live(parts, model, el).end };
}

class Live {
  constructor(parts, model, el) {
    Object.assign(this, { ...parts, model, progress: null, ends: [], timers: {} });
    this.root = document.createElement("div");
    this.root.className = "cw-root";
    el.append(this.root);
    this.ends.push(keepKeys((one) => this.root.contains(one)));
    this.addControls();
    this.addPanels();
    this.addSentence();
    this.listen();
    this.refresh();
  }

  /** The controls' values as they are now; one that no control can show is mended. */
  get state() {
    return Object.fromEntries(this.controls.map(({ key, tidy }) => [key, tidy(this.model.get(key))]));
  }

  choose(key, value) {
    this.model.set(key, value);
    clearTimeout(this.timers.save);
    this.timers.save = setTimeout(() => this.model.save_changes(), 60);
  }

  addControls() {
    const panel = document.createElement("div");
    panel.className = "cw-controls";
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", "Controls of the figure");
    this.shown = this.controls.map((control) => {
      const made = makeControl(control, (value) => this.choose(control.key, value));
      panel.append(made.row);
      return { ...made, key: control.key };
    });
    const buttons = document.createElement("div");
    buttons.className = "cw-buttons";
    if (this.run) buttons.append(this.addRunner());
    buttons.append(button("Reset", () => this.reset()));
    panel.append(buttons);
    this.root.append(panel);
  }

  addRunner() {
    this.runner = runner({
      label: this.run.label,
      begin: () => this.run.begin(this.now, this.data),
      advance: this.run.advance,
      seen: (progress) => {
        this.progress = progress;
        this.redraw();
        this.say();
      },
    });
    this.ends.push(this.runner.stop);
    return this.runner.element;
  }

  reset() {
    for (const [key, value] of Object.entries(this.model.get("start"))) this.choose(key, value);
    this.schedule();
  }

  addPanels() {
    const grid = document.createElement("div");
    grid.className = "cw-panels";
    this.views = this.panels.map((panel) => this.view(panel));
    grid.append(...this.views.map(({ element }) => element));
    this.root.append(grid);
  }

  view(panel) {
    const element = document.createElement("div");
    element.className = panel.wide ? "cw-panel cw-wide" : "cw-panel";
    const title = document.createElement("p");
    title.className = "cw-title";
    title.textContent = panel.title;
    const area = document.createElement("div");
    area.className = "cw-area";
    const canvas = document.createElement("canvas");
    canvas.style.height = `${panel.height}px`;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", panel.title);
    area.append(canvas);
    element.append(title, area);
    const view = { panel, element, axes: null, handles: [] };
    view.handles = (panel.handles ?? []).map((handle) => this.handle(handle, view));
    area.append(...view.handles.map((handle) => handle.element));
    Object.assign(view, crisp(canvas, (...paper) => this.drawPanel(view, paper)));
    this.ends.push(view.end);
    return view;
  }

  handle({ key, at, value }, view) {
    const control = this.controls.find((one) => one.key === key);
    const made = makeHandle(control, {
      value: () => this.state[key],
      dragged: ({ left, top }) => value(view.axes.at(left, top), this.state),
      chosen: (chosen) => this.choose(key, chosen),
    });
    const show = (data, state) => {
      const place = at(data, state);
      made.show({ left: view.axes.x(place.x), top: view.axes.y(place.y) }, state[key]);
    };
    return { element: made.element, show };
  }

  drawPanel(view, paper) {
    if (!this.data) return;
    // Jupyter puts the root into the page, and so under its style sheet, after all this was made.
    const colours = palette(this.root);
    view.axes = view.panel.draw(...paper, this.data, this.now, colours, this.progress);
    for (const handle of view.handles) handle.show(this.data, this.now);
  }

  addSentence() {
    this.said = document.createElement("p");
    this.said.className = "cw-sentence";
    this.said.setAttribute("role", "status");
    this.said.setAttribute("aria-live", "polite");
    this.root.append(this.said);
  }

  listen() {
    const changed = () => this.schedule();
    for (const { key } of this.controls) this.model.on(`change:${key}`, changed);
    const ended = () => this.controls.forEach(({ key }) => this.model.off(`change:${key}`, changed));
    const redraw = () => this.redraw();
    // Fonts that arrive late change what is written on the canvas.
    document.fonts?.ready.then(redraw);
    this.ends.push(ended, watchTheme(redraw));
  }

  /** Many changes before the next frame of the screen are drawn once. */
  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.refresh();
    });
  }

  refresh() {
    this.now = this.state;
    this.data = this.compute(this.now);
    this.progress = null;
    this.runner?.reset();
    for (const { key, show } of this.shown) show(this.now[key]);
    this.redraw();
    this.say();
  }

  /** Say what is seen, a moment later: a voice should not stumble over every step of a drag. */
  say() {
    const say = () => { this.said.textContent = this.sentence(this.data, this.now, this.progress); };
    if (!this.said.textContent) say();
    else this.timers.say ??= setTimeout(() => { this.timers.say = null; say(); }, 150);
  }

  redraw() {
    for (const view of this.views) view.redraw();
  }

  end = () => {
    this.ends.forEach((end) => end());
    Object.values(this.timers).forEach(clearTimeout);
    cancelAnimationFrame(this.frame);
    this.root.remove();
  };
}
