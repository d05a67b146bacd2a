// Choose how a network starts, and watch it learn to read digits: loss, layers, and mistakes.

import { activations } from "../../kit/widgets/activations.js";
import { matrix } from "../../kit/widgets/algebra.js";
import { Axes, decades, percent, written } from "../../kit/widgets/canvas.js";
import { choice, menu, slider } from "../../kit/widgets/controls.js";
import { figure } from "../../kit/widgets/figure.js";
import { backward, crossEntropy, forward, initialized, stepped } from "../../kit/widgets/network.js";
import { histogram, share } from "../../kit/widgets/statistics.js";
import { stream } from "../../kit/widgets/stream.js";
import { smallDigits } from "./digits.js";

const UNITS = 30;
const LONGEST = 300;
const CLASSES = 10;

const SCHEMES = {
  zero: { label: "zero", scheme: "constant", gain: 0 },
  small: { label: "too small, 0.01", scheme: "constant", gain: 1e-4 },
  xavier: { label: "Xavier", scheme: "xavier" },
  he: { label: "He", scheme: "he" },
  large: { label: "too large, N(0, 1)", scheme: "constant", gain: 1 },
};

const controls = [
  menu("scheme", "start", Object.fromEntries(Object.entries(SCHEMES).map(([key, { label }]) => [key, label]))),
  menu("activation", "activation", { relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid" }),
  slider("depth", "hidden layers", { min: 1, max: 6 }),
  choice("rate", "learning rate", [0.001, 0.01, 0.03, 0.1, 0.3, 1]),
  slider("seed", "random draw", { min: 1, max: 20 }),
];

const data = smallDigits();

// ---- what is computed ----

/** The network before any step, seen: layers, loss, outputs of hidden layers, mistakes. */
export function simulate({ scheme, activation, depth, seed }) {
  const { scheme: rule, gain } = SCHEMES[scheme];
  const layers = initialized(stream(seed), [64, ...Array(depth).fill(UNITS), CLASSES], rule, gain);
  return seen({ layers, activation, losses: [] });
}

/** Add to a run its loss and gradients, and from time to time what the panels show. */
function seen(run) {
  const phi = activations[run.activation];
  const pass = forward(data.X, run.layers, phi);
  const { loss, delta } = crossEntropy(pass.zs.at(-1), data.y);
  run.losses.push(loss);
  run.outputs = pass.inputs.slice(1);
  run.gradients = backward(delta, pass, run.layers, phi).gradients;
  return run;
}

/** counts[right][said] over the held-out digits; one without finite scores counts for none. */
export function confusion({ layers, activation }) {
  const logits = forward(data.heldX, layers, activations[activation]).zs.at(-1);
  const counts = Array.from({ length: CLASSES }, () => Array(CLASSES).fill(0));
  data.heldY.forEach((label, i) => {
    const row = logits.data.subarray(CLASSES * i, CLASSES * (i + 1));
    if (row.every(Number.isFinite)) counts[label][row.indexOf(Math.max(...row))] += 1;
  });
  return counts;
}

/** The share of held-out digits that are right. */
export function accuracy(run) {
  return confusion(run).reduce((sum, row, i) => sum + row[i], 0) / data.heldY.length;
}

export function begin(state, now) {
  return { ...now, losses: [...now.losses], state };
}

/** One step on all training digits; whether there is more to do. */
export function advance(run) {
  run.layers = stepped(run.layers, run.gradients, run.state.rate);
  seen(run);
  return run.losses.length <= LONGEST && Number.isFinite(run.losses.at(-1));
}

// ---- what is said ----

export function sentence(now, { scheme, activation, depth, rate }, run) {
  const layers = depth === 1 ? "one hidden layer" : `${depth} hidden layers`;
  const { label } = activations[activation];
  const about = `Start: ${SCHEMES[scheme].label}; ${layers} of ${UNITS} ${label} units.`;
  if (!run) {
    return `${about} Before any step the loss is ${written(now.losses[0])}, against 2.3 for guessing, and ${percent(accuracy(now))} of the held-out digits are right.`;
  }
  const step = run.losses.length - 1;
  const loss = run.losses.at(-1);
  if (!Number.isFinite(loss)) return `${about} At learning rate ${written(rate)} the loss overflowed after ${step} steps.`;
  return `${about} After ${step} steps at learning rate ${written(rate)} the loss is ${written(loss)}, and ${percent(accuracy(run))} of the held-out digits are right.`;
}

// ---- what is drawn ----

function drawLoss(context, width, height, now, state, colours, run) {
  const losses = (run ?? now).losses;
  const known = losses.filter((one) => Number.isFinite(one) && one > 0).map((one) => Math.log10(one));
  const y = [Math.floor(Math.min(-1, ...known)), Math.ceil(Math.max(1, ...known))];
  const axes = Axes.on(context, width, height, { x: [0, LONGEST], y }, colours, { left: 48 });
  axes.frame({ xLabel: "step", yTicks: decades(...y, 4) });
  const guess = Math.log10(Math.log(CLASSES));
  axes.line([0, LONGEST], [guess, guess], { color: colours.muted, width: 1.3, dash: [2, 4] });
  axes.text("guessing, ln 10", axes.x(LONGEST) - 4, axes.y(guess) - 10, { align: "right", size: 11.5, color: colours.muted, halo: true });
  axes.line(losses.map((_, i) => i), losses.map((one) => Math.log10(one)));
  axes.dot(losses.length - 1, known.at(-1) ?? y[0]);
  return axes;
}

/** A column of bars for each layer: outputs on a signed root scale, blue above 0, orange below. */
function drawOutputs(context, width, height, now, { depth }, colours, run) {
  const layers = (run ?? now).outputs.map(({ data: numbers }) => Array.from(numbers, (one) => Math.sign(one) * Math.sqrt(Math.abs(one))));
  const all = layers.flat().filter(Number.isFinite);
  const far = all.reduce((most, one) => Math.max(most, Math.abs(one)), 0.1) * 1.05;
  const lowest = all.some((one) => one < 0) ? -far : -0.06 * far;
  const axes = Axes.on(context, width, height, { x: [0.5, depth + 1.1], y: [lowest, far] }, colours, { left: 48 });
  const marks = [0.25, 1].flatMap((part) => [part * far, -part * far]).filter((mark) => mark >= lowest);
  const yTicks = [0, ...marks].map((mark) => [mark, written(Math.sign(mark) * mark * mark, 2)]);
  axes.frame({ xTicks: layers.map((_, l) => l + 1), xLabel: "hidden layer", yTicks });
  layers.forEach((values, l) => drawLayer(axes, values.filter(Number.isFinite), l + 0.7, far));
  return axes;
}

function drawLayer(axes, values, from, far) {
  const bins = 40;
  const step = (2 * far) / bins;
  const moving = values.filter((one) => one !== 0);
  const counts = histogram(moving, -far, far, bins);
  const most = Math.max(...counts, 1);
  const { positive, negative, muted } = axes.colours;
  counts.forEach((count, i) => {
    const low = -far + i * step;
    const hatched = i < bins / 2;
    const end = from + 0.85 * Math.max(count / most, 0.05);
    if (count) axes.bar([from, low], [end, low + step], { color: hatched ? negative : positive, hatched });
  });
  const zeros = share(values, (one) => one === 0);
  if (zeros) axes.bar([from, -step / 2], [from + 0.85 * zeros, step / 2], { color: muted });
}

function drawConfusion(context, width, height, now, state, colours, run) {
  const counts = confusion(run ?? now);
  const side = Math.min(width - 60, height - 60);
  const box = { left: (width - side) / 2 + 10, top: 24, width: side, height: side };
  const axes = new Axes(context, box, { x: [-0.5, 9.5], y: [9.5, -0.5] }, colours);
  const labels = Array.from({ length: CLASSES }, (_, i) => i);
  axes.frame({ xTicks: labels, yTicks: labels, xLabel: "what the network says" });
  axes.text("digit", box.left - 4, box.top - 14, { align: "right", size: 11.5 });
  counts.forEach((row, right) => row.forEach((count, said) => {
    if (!count) return;
    const fair = right === said;
    if (fair) axes.bar([said - 0.46, right - 0.46], [said + 0.46, right + 0.46], { color: colours.grid });
    axes.text(String(count), axes.x(said), axes.y(right), { align: "center", size: 11, bold: true, color: fair ? colours.ink : colours.rose });
  }));
  return axes;
}

export default figure({
  controls,
  compute: simulate,
  sentence,
  run: { label: "Train", begin, advance },
  panels: [
    { title: "Loss on 300 digits", height: 240, draw: drawLoss },
    { title: "150 held-out digits: right on the diagonal", height: 300, draw: drawConfusion },
    { title: "Outputs of every hidden layer (root scale)", height: 210, draw: drawOutputs, wide: true },
  ],
});
