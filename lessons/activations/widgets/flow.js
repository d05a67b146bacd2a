// An input distribution on its way through an activation, layer after layer, and the gradient back.

import { activations } from "../../kit/widgets/activations.js";
import { mapped, matrix, product, productTransposed, times } from "../../kit/widgets/algebra.js";
import { Axes, decades, percent, written } from "../../kit/widgets/canvas.js";
import { choice, menu, slider } from "../../kit/widgets/controls.js";
import { figure } from "../../kit/widgets/figure.js";
import { deviation, histogram, mean, quantile, rms, share } from "../../kit/widgets/statistics.js";
import { stream } from "../../kit/widgets/stream.js";

const UNITS = 64;
const EXAMPLES = 64;
const NEAR_LIMIT = 0.03;
const TINY_SLOPE = 0.01;
const DEEPEST = 30;
const REACH = 8; // the curve is drawn for inputs from -REACH to REACH

const controls = [
  menu("activation", "activation", Object.fromEntries(Object.entries(activations).map(([key, { label }]) => [key, label]))),
  slider("mean", "mean of the inputs", { min: -6, max: 6, step: 0.1 }),
  slider("width", "width of the inputs", { min: 0.1, max: 6, step: 0.1 }),
  slider("depth", "layers", { min: 1, max: DEEPEST }),
  choice("c", "c, of weights N(0, c/d)", [0.25, 0.5, 1, 2, 4, 8, 16]),
  slider("seed", "random draw", { min: 1, max: 20 }),
];

// ---- what is computed ----

const drawn = new Map();

/** Standard normal inputs, gradients at the top and weights, for every depth the same. */
function noise(seed) {
  if (!drawn.has(seed)) {
    const random = stream(seed);
    const inputs = random.normals(EXAMPLES * UNITS);
    const top = matrix(EXAMPLES, UNITS, random.normals(EXAMPLES * UNITS));
    const weights = Array.from({ length: DEEPEST - 1 }, () => random.normals(UNITS * UNITS));
    drawn.clear();
    drawn.set(seed, { inputs, top, weights });
  }
  return drawn.get(seed);
}

/**
 * The numbers of every layer, from the bottom: z and a = phi(z) of every example and unit, the
 * slopes, and the gradient delta with respect to z when that at the top is N(0, 1).
 * The first z are N(mean, width^2), the weights N(0, c / d).
 */
export function simulate({ activation, mean: middle, width, depth, c, seed }) {
  const { value, slope } = activations[activation];
  const { inputs, top, weights } = noise(seed);
  const Ws = weights.slice(0, depth - 1).map((w) => matrix(UNITS, UNITS, w.map((one) => one * Math.sqrt(c / UNITS))));
  const layers = [];
  let z = matrix(EXAMPLES, UNITS, inputs.map((one) => middle + width * one));
  for (let l = 0; l < depth; l += 1) {
    const a = mapped(z, (one) => value(one));
    layers.push({ z, a, slopes: mapped(z, (one) => slope(one)) });
    if (l < depth - 1) z = product(a, Ws[l]);
  }
  let arriving = top;
  for (let l = depth - 1; l >= 0; l -= 1) {
    layers[l].delta = times(arriving, layers[l].slopes);
    if (l) arriving = productTransposed(layers[l].delta, Ws[l - 1]);
  }
  return layers.map((layer) => ({ ...layer, ...summary(layer, activations[activation]) }));
}

/** What of a layer is near a limit, flat or dead, and the size of its gradient. */
function summary({ z, a, slopes, delta }, { limits, dies }) {
  const close = (one) => limits.some((limit) => Math.abs(one - limit) < NEAR_LIMIT);
  return {
    mean: mean(a.data),
    deviation: deviation(a.data),
    saturated: limits.length ? share(a.data, close) : 0,
    flat: share(slopes.data, (one) => Math.abs(one) < TINY_SLOPE),
    dead: dies ? deadShare(z) : 0,
    gradient: rms(delta.data),
  };
}

/** The share of units (columns) that are positive on no example (row). */
function deadShare(z) {
  const fires = new Uint8Array(z.cols);
  z.data.forEach((one, i) => { if (one > 0) fires[i % z.cols] = 1; });
  return share(fires, (one) => !one);
}

export function sentence(layers, { activation, mean: middle, width, depth, c }) {
  const { label, limits, dies } = activations[activation];
  const [first, last] = [layers[0], layers.at(-1)];
  const near = limits.length ? `${percent(first.saturated)} of the outputs of layer 1 lie within ${NEAR_LIMIT} of a limit, and ` : "";
  const dead = dies ? ` Dead units: ${percent(first.dead)} in layer 1, ${percent(last.dead)} in layer ${depth}.` : "";
  return `${label[0].toUpperCase()}${label.slice(1)}, inputs of mean ${written(middle)} and width ${written(width)}: ${near}`
    + `${percent(first.flat)} of its slopes lie within ${TINY_SLOPE} of 0. `
    + `In layer ${depth} (weights from N(0, ${written(c)}/d)) the outputs spread by ${written(last.deviation, 2)} around ${written(last.mean, 2)}. `
    + `Of a gradient of size 1 at the top, ${written(first.gradient, 2)} arrives in layer 1.${dead}`;
}

// ---- what is drawn ----

const GRID = Array.from({ length: 2 * 40 * REACH + 1 }, (_, i) => -REACH + i / 40);

function heights(activation) {
  const { limits } = activations[activation];
  if (limits.length === 2) return [limits[0] - 0.35, limits[1] + 0.35];
  return [-2.2, REACH];
}

function drawCurve(context, width, height, layers, state, colours) {
  const axes = Axes.on(context, width, height, { x: [-REACH, REACH], y: heights(state.activation) }, colours, { right: 64 });
  axes.frame({ xLabel: "z, what goes in" });
  drawInputs(axes, state);
  drawAtTheRight(axes, layers[0].a.data, "outputs");
  axes.clipped(() => axes.signedLine(GRID, GRID.map((z) => activations[state.activation].value(z))));
  return axes;
}

function drawSlope(context, width, height, layers, state, colours) {
  const axes = Axes.on(context, width, height, { x: [-REACH, REACH], y: [-0.3, 1.15] }, colours, { right: 64 });
  axes.frame({ xLabel: "z, what goes in", yTicks: [0, 0.25, 0.5, 0.75, 1] });
  drawInputs(axes, state);
  drawAtTheRight(axes, layers[0].slopes.data, "slopes", colours.purple);
  const { slope } = activations[state.activation];
  const slopes = GRID.map((z) => slope(z));
  const broken = slopes.map((y, i) => (Math.abs(y - (slopes[i + 1] ?? y)) > 0.3 ? NaN : y));
  axes.clipped(() => axes.signedLine(GRID, broken));
  if (slope(1e-9) - slope(0) > 0.3) {
    axes.dot(0, slope(0), { color: colours.muted });
    axes.dot(0, slope(1e-9), { color: colours.positive, open: true });
  }
  return axes;
}

/** The density of the inputs, from the bottom: what the two handles move. */
function drawInputs(axes, { mean: middle, width }) {
  const { positive, negative, positiveSoft, negativeSoft } = axes.colours;
  const bottom = axes.yRange[0];
  const tall = 0.3 * (axes.yRange[1] - bottom);
  const density = (z) => bottom + tall * Math.exp(-(((z - middle) / width) ** 2) / 2);
  axes.clipped(() => {
    for (const z of GRID.slice(0, -1)) {
      axes.bar([z, bottom], [z + 1 / 40 + 0.01, density(z)], { color: z < 0 ? negativeSoft : positiveSoft });
    }
    axes.line(GRID, GRID.map((z) => (z <= 0 ? density(z) : NaN)), { color: negative, width: 1.6, dash: [6, 3] });
    axes.line(GRID, GRID.map((z) => (z >= 0 ? density(z) : NaN)), { color: positive, width: 1.6 });
  });
}

/** A histogram of `values` to the right of the axes. */
function drawAtTheRight(axes, values, name, color) {
  const { box, yRange, colours, context } = axes;
  const beside = new Axes(context, { ...box, left: box.left + box.width + 4, width: 54 }, { x: [0, 1], y: yRange }, colours);
  drawColumn(beside, values, { from: 0, wide: 1, color });
  beside.text(name, beside.box.left + 27, box.top + box.height + 12, { align: "center", size: 11.5 });
}

/**
 * A histogram of `values` as a column of bars, from `from` to at most `from + wide`.
 * Without a `color`: blue above 0, orange and hatched below, and a grey bar for what is exactly 0,
 * as long as its share.
 */
function drawColumn(axes, values, { from, wide, color, range = axes.yRange }) {
  const [low, high] = range;
  const step = (high - low) / 44;
  const first = Math.floor(low / step);
  const bins = Math.ceil(high / step) - first; // so that 0 is an edge of two bins
  const counts = histogram(color ? values : values.filter((one) => one !== 0), first * step, (first + bins) * step, bins);
  const long = (count) => from + wide * Math.max(count / Math.max(...counts), 0.06); // one is seen, too
  const { positive, negative, muted } = axes.colours;
  counts.forEach((count, i) => {
    const below = first + i < 0;
    const shape = color ? { color } : { color: below ? negative : positive, hatched: below };
    if (count) axes.bar([from, (first + i) * step], [long(count), (first + i + 1) * step], shape);
  });
  const zeros = color ? 0 : share(values, (one) => one === 0);
  if (zeros) axes.bar([from, -step / 2], [from + wide * zeros, step / 2], { color: muted });
}

const perLayer = (depth) => ({ x: [0.5, depth + 1.1] });
const layerTicks = (depth) => Array.from({ length: depth }, (_, i) => i + 1).filter((l) => depth < 11 || l === 1 || l % 5 === 0);

/** A quantile that only sets the range of an axis: an eighth of the values will do. */
function roughly(values, q) {
  const step = values.length < 64 ? 1 : 8;
  return quantile(Float64Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[step * i]), q);
}

function drawOutputs(context, width, height, layers, { activation, depth }, colours) {
  const far = Math.max(...layers.map(({ a }) => roughly(a.data.map(Math.abs), 0.995)), 0.5);
  const bounded = activations[activation].limits.length === 2;
  const shown = far > 30 ? (one) => Math.sign(one) * Math.log10(1 + Math.abs(one)) : (one) => one;
  const top = bounded ? 1.08 : 1.05 * shown(far);
  const y = [activation === "sigmoid" ? -0.08 : bounded ? -top : Math.min(-0.1 * top, -Math.min(shown(1.15), top)), top];
  const axes = Axes.on(context, width, height, { ...perLayer(depth), y }, colours);
  const powers = far > 30 ? decades(1, top, 4).map(([power, text]) => [Math.log10(1 + 10 ** power), text]) : undefined;
  axes.frame({ xTicks: layerTicks(depth), xLabel: "layer", yTicks: powers && [0, ...powers] });
  layers.forEach(({ a }, l) => {
    drawColumn(axes, a.data.map(shown), { from: l + 0.7, wide: 0.85 });
  });
  return axes;
}

function drawGradients(context, width, height, layers, { depth }, colours) {
  const sizes = layers.map(({ delta }) => delta.data.filter((one) => one !== 0).map((one) => Math.log10(Math.abs(one))));
  const known = sizes.filter((one) => one.length);
  const highest = Math.ceil(Math.max(1, ...known.map((one) => roughly(one, 0.999))));
  const lowest = Math.floor(Math.min(-3, ...known.map((one) => roughly(one, 0.02))));
  const band = (highest - lowest) * 0.1; // below the axis, for what is exactly 0
  const axes = Axes.on(context, width, height, { ...perLayer(depth), y: [lowest - band, highest] }, colours);
  axes.frame({ xTicks: layerTicks(depth), xLabel: "layer", yTicks: [[lowest - band / 2, "0"], ...decades(lowest + 0.5, highest)] });
  layers.forEach(({ delta }, l) => {
    drawColumn(axes, sizes[l], { from: l + 0.7, wide: 0.85, color: colours.purple, range: [lowest, highest] });
    const zeros = share(delta.data, (one) => one === 0);
    if (zeros) axes.bar([l + 0.7, lowest - 0.85 * band], [l + 0.7 + 0.85 * zeros, lowest - 0.15 * band], { color: colours.muted });
  });
  const line = layers.map(({ gradient }) => Math.log10(gradient));
  axes.line(layers.map((_, l) => l + 1), line, { width: 1.6 });
  const radius = depth > 15 ? 1 : 2.5;
  line.forEach((one, l) => { if (Number.isFinite(one)) axes.dot(l + 1, one, { radius }); });
  return axes;
}

function drawShares(context, width, height, layers, { activation, depth }, colours) {
  const { limits, dies } = activations[activation];
  const axes = Axes.on(context, width, height, { x: [0.5, depth + 0.5], y: [0, 1.02] }, colours, { top: 30, left: 48 });
  axes.frame({ xTicks: layerTicks(depth), xLabel: "layer", yTicks: [0, 0.5, 1].map((part) => [part, percent(part)]) });
  const series = [
    { key: "flat", text: "|slope| < 0.01", color: colours.purple, dash: [7, 3], radius: 5, open: true },
    ...(limits.length ? [{ key: "saturated", text: "near a limit", color: colours.rose, dash: [], radius: 3.5 }] : []),
    ...(dies ? [{ key: "dead", text: "dead", color: colours.ink, dash: [2, 3], radius: 3 }] : []),
  ];
  series.forEach(({ key, text, color, dash, radius, open }, i) => {
    const [xs, ys] = [layers.map((_, l) => l + 1), layers.map((layer) => layer[key])];
    axes.line(xs, ys, { color, dash });
    xs.forEach((x, l) => axes.dot(x, ys[l], { color, radius, open }));
    const left = axes.box.left + i * Math.min(150, axes.box.width / series.length);
    axes.stroke([[left, 12], [left + 22, 12]], { color, dash });
    axes.text(text, left + 28, 12, { color, size: 12, bold: true });
  });
  return axes;
}

const bottomOf = ({ activation }) => heights(activation)[0];
const handles = [
  { key: "mean", at: (_, state) => ({ x: state.mean, y: bottomOf(state) + 0.15 * shoulder(state) }), value: ({ x }) => x },
  { key: "width", at: (_, state) => ({ x: oneWidthOut(state), y: bottomOf(state) + shoulder(state) }), value: ({ x }, state) => Math.abs(x - state.mean) },
];

/** To the right of the mean, or to the left where the right is off the axes. */
function oneWidthOut({ mean: middle, width }) {
  return middle + width <= REACH ? middle + width : middle - width;
}

/** The density one width from its middle, where the second handle sits. */
function shoulder({ activation }) {
  const [low, high] = heights(activation);
  return 0.3 * (high - low) * Math.exp(-1 / 2);
}

export default figure({
  controls,
  compute: simulate,
  sentence,
  panels: [
    { title: "Forward: the activation", height: 250, draw: drawCurve, handles },
    { title: "Back: its slope", height: 250, draw: drawSlope },
    { title: "Outputs of every layer", height: 200, draw: drawOutputs },
    { title: "Gradients |δ| of every layer", height: 200, draw: drawGradients },
    { title: "Saturated, flat and dead shares of every layer", height: 150, draw: drawShares, wide: true },
  ],
});
