// A crisp canvas, and axes to draw on it in the units of the data.

/**
 * Keep `canvas` as sharp as the screen: its pixels follow its size on the page and the zoom.
 * `draw(context, width, height)` draws in CSS pixels and is called when the size changes;
 * call the returned `redraw` when anything else does, and `end` when the canvas goes.
 */
export function crisp(canvas, draw) {
  const context = canvas.getContext("2d");

  function redraw() {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const pixels = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels;
    context.setTransform(pixels[0] / width, 0, 0, pixels[1] / height, 0, 0);
    context.clearRect(0, 0, width, height);
    draw(context, width, height);
  }

  const observer = new ResizeObserver(redraw);
  observer.observe(canvas);
  // Zooming, or another screen, changes the ratio and maybe not the size.
  addEventListener("resize", redraw);
  const end = () => {
    observer.disconnect();
    removeEventListener("resize", redraw);
  };
  return { redraw, end };
}

/**
 * Axes on a part of a canvas.
 *
 * box: {left, top, width, height} in CSS pixels, of the area inside the axes
 * x, y: [low, high] of the data; the lower end is at the left and at the bottom
 * colours: what palette() returns
 */
export class Axes {
  constructor(context, box, { x, y }, colours) {
    Object.assign(this, { context, box, xRange: x, yRange: y, colours });
  }

  /** Axes with room for tick labels at the left and below, on a canvas of this size. */
  static on(context, width, height, ranges, colours, { left = 42, right = 10, top = 8, bottom = 36 } = {}) {
    const box = { left, top, width: width - left - right, height: height - top - bottom };
    return new Axes(context, box, ranges, colours);
  }

  x(value) {
    const [low, high] = this.xRange;
    return this.box.left + ((value - low) / (high - low)) * this.box.width;
  }

  y(value) {
    const [low, high] = this.yRange;
    return this.box.top + (1 - (value - low) / (high - low)) * this.box.height;
  }

  /** The data at a place on the canvas. */
  at(left, top) {
    const [[x0, x1], [y0, y1]] = [this.xRange, this.yRange];
    return {
      x: x0 + ((left - this.box.left) / this.box.width) * (x1 - x0),
      y: y0 + (1 - (top - this.box.top) / this.box.height) * (y1 - y0),
    };
  }

  /** Draw what `drawing()` draws, cut off at the edges of the axes. */
  clipped(drawing) {
    const { context, box } = this;
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    drawing();
    context.restore();
  }

  /** Grid lines, tick labels and the names of the axes. A tick is a number or [number, text]. */
  frame({ xTicks = ticks(...this.xRange), yTicks = ticks(...this.yRange, 4), xLabel = "", yLabel = "" } = {}) {
    const { box, colours } = this;
    const bottom = box.top + box.height;
    for (const [value, text] of xTicks.map(named)) {
      this.stroke([[this.x(value), box.top], [this.x(value), bottom]], { color: colours.grid, width: 1 });
      this.text(text, this.x(value), bottom + 12, { align: "center", size: 11.5 });
    }
    for (const [value, text] of yTicks.map(named)) {
      this.stroke([[box.left, this.y(value)], [box.left + box.width, this.y(value)]], { color: colours.grid, width: 1 });
      this.text(text, box.left - 7, this.y(value), { align: "right", size: 11.5 });
    }
    this.text(xLabel, box.left + box.width / 2, bottom + 28, { align: "center" });
    if (yLabel) this.turnedText(yLabel);
  }

  turnedText(text) {
    const { context, box } = this;
    context.save();
    context.translate(11, box.top + box.height / 2);
    context.rotate(-Math.PI / 2);
    this.text(text, 0, 0, { align: "center" });
    context.restore();
  }

  /** Words at a place in CSS pixels; with `halo` they can be read over lines. */
  text(text, left, top, { color = this.colours.ink, size = 12, align = "left", bold = false, halo = false } = {}) {
    const { context, colours } = this;
    context.font = `${bold ? "650 " : ""}${size}px ${colours.font}`;
    context.textAlign = align;
    context.textBaseline = "middle";
    if (halo) {
      Object.assign(context, { lineWidth: 4, lineJoin: "round", strokeStyle: colours.paper });
      context.strokeText(text, left, top);
    }
    context.fillStyle = color;
    context.fillText(text, left, top);
  }

  /** A line through points in CSS pixels; one that is not finite leaves a gap. */
  stroke(points, { color = this.colours.ink, width = 2, dash = [] } = {}) {
    const { context } = this;
    context.beginPath();
    let drawing = false;
    for (const [left, top] of points) {
      const finite = Number.isFinite(left) && Number.isFinite(top);
      if (finite) context[drawing ? "lineTo" : "moveTo"](left, top);
      drawing = finite;
    }
    Object.assign(context, { strokeStyle: color, lineWidth: width, lineJoin: "round", lineCap: dash.length ? "butt" : "round" });
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  /** A line through the data. */
  line(xs, ys, style) {
    this.stroke(Array.from(xs, (x, i) => [this.x(x), this.y(ys[i])]), style);
  }

  /** A line that is blue where positive, orange and dashed where negative, grey where zero. */
  signedLine(xs, ys, width = 2.5) {
    const { positive, negative, muted } = this.colours;
    const where = (holds) => Array.from(ys, (y, i) => (holds(y) || holds(ys[i + 1] ?? y) ? y : NaN));
    this.line(xs, where((y) => y === 0), { color: muted, width });
    this.line(xs, where((y) => y < 0), { color: negative, width, dash: [8, 3] });
    this.line(xs, where((y) => y > 0), { color: positive, width });
  }

  dot(x, y, { color = this.colours.ink, radius = 4.5, open = false } = {}) {
    const { context, colours } = this;
    context.beginPath();
    context.arc(this.x(x), this.y(y), radius, 0, 2 * Math.PI);
    Object.assign(context, { fillStyle: open ? colours.paper : color, strokeStyle: color, lineWidth: 1.6 });
    context.fill();
    context.stroke();
  }

  /** A bar between two corners in the data's units. Whatever is negative is also hatched. */
  bar([x0, y0], [x1, y1], { color = this.colours.purple, hatched = false } = {}) {
    const { context, colours } = this;
    const [left, right] = [this.x(x0), this.x(x1)].sort((a, b) => a - b);
    const [top, bottom] = [this.y(y0), this.y(y1)].sort((a, b) => a - b);
    context.fillStyle = color;
    context.fillRect(left, top, right - left, bottom - top);
    if (!hatched) return;
    context.fillStyle = hatching(context, colours.paper);
    context.fillRect(left, top, right - left, bottom - top);
  }
}

const hatchings = new Map();

/** Thin diagonal lines to lay over a colour. */
function hatching(context, color) {
  if (!hatchings.has(color)) hatchings.set(color, newHatching(context, color));
  return hatchings.get(color);
}

function newHatching(context, color) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const pen = tile.getContext("2d");
  pen.strokeStyle = color;
  pen.lineWidth = 1.1;
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift, 6);
    pen.lineTo(shift + 6, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

function named(tick) {
  return Array.isArray(tick) ? tick : [tick, written(tick)];
}

/** A number as the course writes it: `digits` significant ones, a real minus sign, commas. */
export function written(number, digits = 3) {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "undefined" : number < 0 ? "−∞" : "∞";
  const size = Math.abs(number);
  if (size && (size < 1e-3 || size >= 1e5)) return scientific(number, digits);
  const [whole, rest] = String(Number(number.toPrecision(digits))).replace("-", "−").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest ? `${grouped}.${rest}` : grouped;
}

function scientific(number, digits) {
  const [factor, exponent] = number.toExponential(digits - 1).split("e");
  const raised = [...exponent.replace("+", "")].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789-".indexOf(c)]).join("");
  const kept = String(Number(factor)).replace("-", "−");
  return kept === "1" ? `10${raised}` : `${kept}·10${raised}`;
}

/** A share as the course writes it: 12%. */
export function percent(part) {
  const whole = Math.round(100 * part);
  if (part > 0 && whole === 0) return "under 1%";
  if (part < 1 && whole === 100) return "over 99%";
  return `${whole}%`;
}

/** About `count` round numbers from low to high. */
export function ticks(low, high, count = 6) {
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `rough`. */
function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= 0.999 * rough);
}

/** Ticks of an axis whose data are exponents of ten: at most about `count`, written as powers. */
export function decades(low, high, count = 6) {
  const step = Math.max(1, roundStep((high - low) / count));
  const first = Math.ceil(low / step);
  const powers = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
  return powers.map((power) => [power, power === 0 ? "1" : scientific(10 ** power, 1)]);
}
