// One example in many batches, and its output in training and afterwards.

import { Axes, ticks, written } from "../../kit/widgets/canvas.js";
import { choice, slider } from "../../kit/widgets/controls.js";
import { figure } from "../../kit/widgets/figure.js";
import { deviation, mean } from "../../kit/widgets/statistics.js";
import { stream } from "../../kit/widgets/stream.js";

const BATCHES = 200;
const LATE = 100; // what is said concerns the steps from here on
const LARGEST = 64;
const EPS = 1e-5;

const controls = [
  choice("batch_size", "batch size", [1, 2, 4, 8, 16, 32, 64]),
  choice("momentum", "momentum", [0, 0.5, 0.9, 0.99, 0.999]),
  slider("value", "the example, in standard deviations", { min: -3, max: 3, step: 0.1 }),
  slider("drift", "drift of the mean per step", { min: 0, max: 0.1, step: 0.005 }),
  slider("seed", "random draw", { min: 1, max: 20 }),
];

// ---- what is computed ----

const drawn = new Map();

/** The examples of every step: a batch of n takes the first n. */
function crowds(seed) {
  if (!drawn.has(seed)) {
    drawn.clear();
    drawn.set(seed, stream(seed).normals(BATCHES * LARGEST));
  }
  return drawn.get(seed);
}

/**
 * Batches of one feature with variance 1 and a mean that moves by `drift` in each step. For every
 * step: the mean and variance (divided by n) of the batch, the running ones after it, and what
 * becomes of an example that lies `value` above the mean: in use, and in training, where it takes
 * the place of the last one in the batch.
 */
export function simulate({ batch_size: n, momentum, value, drift, seed }) {
  const noise = crowds(seed);
  const run = { truth: [], means: [], variances: [], runningMean: [], runningVar: [], training: [], after: [] };
  let [m, v] = [0, 1];
  for (let t = 0; t < BATCHES; t += 1) {
    const truth = drift * t;
    const batch = noise.slice(t * LARGEST, t * LARGEST + n).map((one) => truth + one);
    const company = Float64Array.from([truth + value, ...batch.slice(0, n - 1)]);
    const [middle, variance] = [mean(batch), deviation(batch) ** 2];
    m = momentum * m + (1 - momentum) * middle;
    v = momentum * v + (1 - momentum) * variance;
    run.truth.push(truth);
    run.means.push(middle);
    run.variances.push(variance);
    run.runningMean.push(m);
    run.runningVar.push(v);
    run.training.push((company[0] - mean(company)) / Math.sqrt(deviation(company) ** 2 + EPS));
    run.after.push((company[0] - m) / Math.sqrt(v + EPS));
  }
  return run;
}

export function sentence({ training, after }, { batch_size: n, momentum, value }) {
  const late = (values) => `${written(mean(values.slice(LATE)), 2)} ± ${written(deviation(values.slice(LATE)), 2)}`;
  return `Batch size ${n}, momentum ${written(momentum)}: an example that lies ${written(value)} above the mean, in standard deviations, comes out of `
    + `training mode as ${late(training)}, and of the mode for use as ${late(after)} (mean and spread over the last ${BATCHES - LATE} steps). `
    + `With the true mean and variance it would be ${written(value)}.`;
}

// ---- what is drawn ----

const steps = Array.from({ length: BATCHES }, (_, t) => t + 1);

/** Dots for single batches, a line for the running value, dashes for the truth. */
function draw(context, width, height, { dots, line, dashes, words }, colours) {
  const all = [...dots, ...dashes, ...line.slice(20)].filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = 0.12 * (high - low) + 0.1;
  const axes = Axes.on(context, width, height, { x: [0, BATCHES], y: [low - room, high + 2.2 * room] }, colours, { left: 52 });
  axes.frame({ xLabel: "step", yTicks: ticks(low - room, high + room, 4) });
  axes.clipped(() => {
    dots.forEach((y, t) => axes.dot(steps[t], y, { radius: 1.7, color: colours.muted }));
    axes.line(steps, dashes, { color: colours.ink, width: 1.8, dash: [6, 4] });
    axes.line(steps, line, { color: colours.teal, width: 2.4 });
  });
  const place = axes.box.width / 3;
  [[words[0], colours.muted], [words[1], colours.teal], [words[2], colours.ink]].forEach(([text, color], i) => {
    axes.text(text, axes.box.left + 6 + i * place, axes.box.top + 8, { color, size: 12, bold: true, halo: true });
  });
  return axes;
}

function drawMeans(context, width, height, data, state, colours) {
  const words = ["each batch", "running", "truth"];
  return draw(context, width, height, { dots: data.means, line: data.runningMean, dashes: data.truth, words }, colours);
}

function drawVariances(context, width, height, data, state, colours) {
  const words = ["each batch", "running", "truth"];
  return draw(context, width, height, { dots: data.variances, line: data.runningVar, dashes: steps.map(() => 1), words }, colours);
}

function drawOutputs(context, width, height, data, { value }, colours) {
  const words = ["in training", "in use", "if all were known"];
  return draw(context, width, height, { dots: data.training, line: data.after, dashes: steps.map(() => value), words }, colours);
}

export default figure({
  controls,
  compute: simulate,
  sentence,
  panels: [
    { title: "Mean", height: 210, draw: drawMeans },
    { title: "Variance", height: 210, draw: drawVariances },
    { title: "Output of the same example", height: 230, draw: drawOutputs, wide: true },
  ],
});
