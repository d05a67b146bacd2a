// Signals through a deep network at its start, five draws of it, and then while it is trained.

import { activations } from "../../kit/widgets/activations.js";
import { matrix } from "../../kit/widgets/algebra.js";
import { Axes, decades, percent, written } from "../../kit/widgets/canvas.js";
import { choice, menu, slider } from "../../kit/widgets/controls.js";
import { figure } from "../../kit/widgets/figure.js";
import { backward, crossEntropy, forward, initialized, stepped } from "../../kit/widgets/network.js";
import { stream } from "../../kit/widgets/stream.js";
import { smallDigits } from "./digits.js";

const PROBES = 32; // digits that are sent through to measure
const DRAWS = 5;
const BATCH = 32;
const LONGEST = 400;

const controls = [
  menu("activation", "activation", { relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid" }),
  choice("c", "c, of weights N(0, c/n)", [0.33, 0.5, 1, 1.5, 1.7, 2, 2.3, 2.5, 3, 4]),
  slider("depth", "hidden layers", { min: 2, max: 50 }),
  choice("width", "units a layer", [16, 32, 64, 100]),
  slider("seed", "random draw", { min: 1, max: 20 }),
  choice("rate", "learning rate", [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]),
];

const data = smallDigits();
const probes = { X: matrix(PROBES, 64, data.X.data.slice(0, PROBES * 64)), y: data.y.slice(0, PROBES) };

// ---- what is computed ----

/** The root mean square, over rows, of the norms of the rows. */
function rowSize({ data: numbers, rows }) {
  return Math.sqrt(numbers.reduce((sum, one) => sum + one * one, 0) / rows);
}

function start(state, draw) {
  const sizes = [64, ...Array(state.depth).fill(state.width), 10];
  return initialized(stream(100 * state.seed + draw), sizes, "fan_in", state.c);
}

/**
 * Norms in the hidden layers, from the first to the last: of activations, of the gradient at z of
 * an example's own loss, and of the gradient of the mean loss by the weights; and the size of the
 * gradient at the logits, `top`.
 */
function norms(layers, activation) {
  const pass = forward(probes.X, layers, activations[activation]);
  const { delta } = crossEntropy(pass.zs.at(-1), probes.y);
  const { gradients, deltas } = backward(delta, pass, layers, activations[activation]);
  return {
    activation: pass.inputs.slice(1).map(rowSize),
    gradient: deltas.slice(0, -1).map((one) => PROBES * rowSize(one)),
    weights: gradients.slice(0, -1).map(({ dW }) => Math.sqrt(dW.rows) * rowSize(dW)),
    top: PROBES * rowSize(deltas.at(-1)),
  };
}

/** E[f(z)] for z from N(0, std^2), by the midpoint rule. */
function expected(f, std) {
  const step = 0.02;
  let [sum, total] = [0, 0];
  for (let z = -8 + step / 2; z < 8; z += step) {
    const density = Math.exp(-z * z / 2);
    total += density;
    sum += density * f(std * z);
  }
  return sum / total;
}

/** The same norms for layers so wide that sums are normal; by the weights, of a single example. */
function theory({ activation, c, width, depth }, top) {
  const { value, slope } = activations[activation];
  const below = [rowSize(probes.X)];
  const factors = [];
  let square = below[0] ** 2 / 64;
  for (let l = 0; l < depth; l += 1) {
    const std = Math.sqrt(c * square);
    square = expected((z) => value(z) ** 2, std);
    factors.push(c * expected((z) => slope(z) ** 2, std));
    below.push(Math.sqrt(width * square));
  }
  const gradient = Array(depth);
  let size = top ** 2;
  for (let l = depth - 1; l >= 0; l -= 1) {
    size *= factors[l];
    gradient[l] = Math.sqrt(size);
  }
  return { activation: below.slice(1), gradient, weights: gradient.map((one, l) => one * below[l]) };
}

const median = (values) => [...values].sort((a, b) => a - b)[(values.length - 1) / 2];

let latest = { key: "", value: null };

/** Norms of five draws, the theory, and the layers of the first draw. The rate changes none. */
export function simulate(state) {
  const key = [state.activation, state.c, state.depth, state.width, state.seed].join();
  if (latest.key !== key) {
    const starts = Array.from({ length: DRAWS }, (_, draw) => start(state, draw));
    const runs = starts.map((layers) => norms(layers, state.activation));
    latest = { key, value: { runs, theory: theory(state, median(runs.map(({ top }) => top))), layers: starts[0] } };
  }
  return latest.value;
}

// ---- training ----

export function begin(state, { layers }) {
  const run = { state, layers, first: layers, step: 0, random: stream(7), order: [], loss: NaN };
  return look(run);
}

function look(run) {
  run.norms = norms(run.layers, run.state.activation);
  run.moved = run.layers.map(({ W }, l) => relativeDistance(W.data, run.first[l].W.data));
  run.variance = run.layers.slice(0, -1).map(({ W }) => W.rows * variance(W.data));
  return run;
}

function relativeDistance(now, before) {
  let [change, size] = [0, 0];
  now.forEach((one, i) => { change += (one - before[i]) ** 2; size += before[i] ** 2; });
  return Math.sqrt(change / size);
}

function variance(numbers) {
  const middle = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  return numbers.reduce((sum, one) => sum + (one - middle) ** 2, 0) / numbers.length;
}

/** One step on the next batch; whether there is more to do. */
export function advance(run) {
  if (run.order.length < BATCH) run.order = Array.from(run.random.permutation(data.y.length));
  const rows = run.order.splice(0, BATCH);
  const X = matrix(BATCH, 64, Float64Array.from(rows.flatMap((i) => Array.from(data.X.data.subarray(64 * i, 64 * i + 64)))));
  const phi = activations[run.state.activation];
  const pass = forward(X, run.layers, phi);
  const { loss, delta } = crossEntropy(pass.zs.at(-1), rows.map((i) => data.y[i]));
  run.layers = stepped(run.layers, backward(delta, pass, run.layers, phi).gradients, run.state.rate);
  run.step += 1;
  run.loss = loss;
  const more = run.step < LONGEST && Number.isFinite(loss);
  if (!more || run.step % 10 === 0) look(run);
  return more;
}

export function held(run) {
  const logits = forward(data.heldX, run.layers, activations[run.state.activation]).zs.at(-1);
  let right = 0;
  data.heldY.forEach((label, i) => {
    const row = logits.data.subarray(10 * i, 10 * i + 10);
    if (row.every(Number.isFinite) && row.indexOf(Math.max(...row)) === label) right += 1;
  });
  return right / data.heldY.length;
}

// ---- what is said ----

export function sentence({ runs, theory: wide }, state, run) {
  const { activation, c, depth, width } = state;
  if (run) return trained(run, depth);
  const middle = (name, l) => written(median(runs.map((one) => one[name].at(l))), 2);
  const { label } = activations[activation];
  return `${label[0].toUpperCase()}${label.slice(1)}, c = ${written(c)}, ${depth} layers of ${width} units, medians of ${DRAWS} networks: `
    + `the activations have norm ${middle("activation", 0)} in layer 1 and ${middle("activation", -1)} in layer ${depth}, `
    + `for which theory says ${written(wide.activation.at(-1), 2)}. The gradient at z is ${middle("gradient", 0)} in layer 1 and ${middle("gradient", -1)} in layer ${depth}; `
    + `the gradient by the weights is ${middle("weights", 0)} and ${middle("weights", -1)}.`;
}

function trained(run, depth) {
  if (!Number.isFinite(run.loss) && run.step) return `After ${run.step} steps the loss has overflowed.`;
  const hidden = run.moved.slice(0, -1);
  const [least, most] = [Math.min(...hidden), Math.max(...hidden)].map(percent);
  const moved = least === most ? least : `${least} to ${most}`;
  const loss = run.step ? ` the loss is ${written(run.loss, 2)},` : "";
  return `After ${run.step} steps${loss} ${percent(held(run))} of the held-out digits are right; the hidden weights have moved by `
    + `${moved} of their size, and the activations of layer ${depth} have norm ${written(run.norms.activation.at(-1), 2)}.`;
}

// ---- what is drawn ----

const PARTS = {
  activation: { color: "teal", title: "Activations, norm of each layer" },
  gradient: { color: "purple", title: "Gradient at z" },
  weights: { color: "rose", title: "Gradient by the weights" },
};

const log = (values) => values.map((one) => Math.log10(one));
const finite = (values) => values.filter(Number.isFinite);

/** From the lowest to the highest exponent of all three panels, which share it. */
function exponents({ runs, theory: wide }) {
  const all = finite(log([...runs, wide].flatMap((one) => Object.keys(PARTS).flatMap((name) => one[name]))));
  const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
  const grow = Math.max(0, 6 - (high - low)) / 2;
  return [Math.floor(low - grow), Math.ceil(high + grow)];
}

const layerTicks = (depth) => Array.from({ length: depth }, (_, i) => i + 1).filter((l) => depth < 11 || l === 1 || l % 10 === 0);

function drawNorms(name) {
  return (context, width, height, now, { depth }, colours, run) => {
    const axes = Axes.on(context, width, height, { x: [0.5, depth + 0.5], y: exponents(now) }, colours, { left: 48 });
    axes.frame({ xTicks: layerTicks(depth), xLabel: "layer", yTicks: decades(...exponents(now)) });
    const xs = Array.from({ length: depth }, (_, l) => l + 1);
    const columns = xs.map((_, l) => log(now.runs.map((one) => one[name][l])));
    axes.clipped(() => {
      columns.forEach((column, l) => {
        const known = finite(column);
        if (known.length) axes.bar([l + 0.6, Math.min(...known)], [l + 1.4, Math.max(...known)], { color: colours.grid });
      });
      axes.line(xs, columns.map(median), { color: colours[PARTS[name].color], width: 2.2 });
      axes.line(xs, log(now.theory[name]), { color: colours.ink, width: 1.5, dash: [2, 4] });
      if (run) drawRun(axes, xs, log(run.norms[name]));
    });
    axes.text("dotted: theory", axes.box.left + axes.box.width - 4, axes.box.top + axes.box.height - 10, { align: "right", size: 11.5, halo: true });
    return axes;
  };
}

function drawRun(axes, xs, values) {
  axes.line(xs, values, { color: axes.colours.ink, width: 2 });
  xs.forEach((x, l) => { if (Number.isFinite(values[l])) axes.dot(x, values[l], { radius: 2.5 }); });
}

function drawMoved(context, width, height, now, { depth }, colours, run) {
  const moved = run ? run.moved.slice(0, -1) : Array(depth).fill(0);
  const top = Math.max(0.2, ...finite(moved)) * 1.1;
  const axes = Axes.on(context, width, height, { x: [0.5, depth + 0.5], y: [0, Math.min(top, 5)] }, colours, { left: 48 });
  const marks = [0, 0.5, 1].map((part) => part * Math.min(top, 5));
  axes.frame({ xTicks: layerTicks(depth), xLabel: "layer", yTicks: marks.map((part) => [part, percent(part)]) });
  moved.forEach((part, l) => {
    if (part > 0) axes.bar([l + 0.65, 0], [l + 1.35, Math.min(part, 5)], { color: colours.purple });
  });
  if (!run) axes.text("press Train", axes.box.left + axes.box.width / 2, axes.box.top + axes.box.height / 2, { align: "center", color: colours.muted });
  return axes;
}

export default figure({
  controls,
  compute: simulate,
  sentence,
  run: { label: "Train", begin, advance },
  panels: [
    ...Object.entries(PARTS).map(([name, { title }]) => ({ title, height: 210, draw: drawNorms(name) })),
    { title: "How far the weights have moved", height: 210, draw: drawMoved },
  ],
});
