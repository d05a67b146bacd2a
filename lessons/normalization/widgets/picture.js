// Push one number of a batch: which numbers make its mean, and which outputs answer?

import { columnStatistics, mapped, matrix, rowStatistics } from "../../kit/widgets/algebra.js";
import { Axes, written } from "../../kit/widgets/canvas.js";
import { choice, menu, slider } from "../../kit/widgets/controls.js";
import { figure } from "../../kit/widgets/figure.js";
import { stream } from "../../kit/widgets/stream.js";

const FEATURES = 6;
const GROUP = 3; // features in a group of group norm
const MOST = 8;
const EPS = 1e-5;
const REACH = 12; // of the push
const MOVES = 1e-9; // a smaller change is rounding

const kinds = {
  batch: "batch norm",
  layer: "layer norm",
  group: "group norm, two groups",
  fixed: "batch norm after training",
};

const controls = [
  menu("normalization", "normalization", kinds),
  choice("examples", "examples in the batch", [1, 2, 3, 4, 5, 6, 7, 8]),
  slider("example", "pushed example", { min: 1, max: MOST }),
  slider("feature", "pushed feature", { min: 1, max: FEATURES }),
  slider("push", "push", { min: -REACH, max: REACH, step: 0.5 }),
];

// ---- what is computed ----

/** The same numbers for every batch size: more examples are more rows. */
function inputs(examples) {
  const all = stream(1).normals(MOST * FEATURES);
  return matrix(examples, FEATURES, all.slice(0, examples * FEATURES));
}

/** Every entry less its mean, over the root of its variance plus eps. */
function normalized(x, { means, variances }, place) {
  return mapped(x, (entry, i, j) => (entry - means[place(i, j)]) / Math.sqrt(variances[place(i, j)] + EPS));
}

/** Normalization with gamma = 1 and beta = 0; `fixed` uses the statistics of the unpushed batch. */
export function outputs(x, normalization, unpushed = x) {
  if (normalization === "layer") return normalized(x, rowStatistics(x), (i) => i);
  if (normalization === "batch") return normalized(x, columnStatistics(x), (_, j) => j);
  if (normalization === "fixed") return normalized(x, columnStatistics(unpushed), (_, j) => j);
  const groups = FEATURES / GROUP;
  const folded = matrix(x.rows * groups, GROUP, x.data);
  return matrix(x.rows, x.cols, normalized(folded, rowStatistics(folded), (i) => i).data);
}

/** Whether the number at (i, j) is one of those that make the mean for (row, column). */
function inGroup(normalization, i, j, row, column) {
  if (normalization === "layer") return i === row;
  if (normalization === "group") return i === row && Math.floor(j / GROUP) === Math.floor(column / GROUP);
  return j === column;
}

function pushedBy(x, row, column, push) {
  return mapped(x, (entry, i, j) => entry + (i === row && j === column ? push : 0));
}

export function simulate({ normalization, examples, example, feature, push }) {
  const [row, column] = [Math.min(example, examples) - 1, feature - 1];
  const x = inputs(examples);
  const before = outputs(x, normalization, x);
  const outputAt = (far) => outputs(pushedBy(x, row, column, far), normalization, x);
  const after = outputAt(push);
  const change = mapped(after, (entry, i, j) => entry - before.data[i * FEATURES + j]);
  const pushes = Array.from({ length: 4 * REACH + 1 }, (_, i) => -REACH + i / 2);
  const curve = pushes.map((far) => outputAt(far).data[row * FEATURES + column]);
  const inside = mapped(x, (_, i, j) => Number(inGroup(normalization, i, j, row, column)));
  const size = inside.data.reduce((sum, one) => sum + one, 0);
  const bound = normalization === "fixed" ? null : Math.sqrt(size - 1);
  return { x: pushedBy(x, row, column, push), after, change, pushes, curve, inside, size, bound, row, column };
}

export function sentence({ after, change, size, row, column }, { normalization, examples, push }) {
  const own = row * FEATURES + column;
  const others = change.data.filter((one, k) => k !== own && Math.abs(one) > MOVES);
  const most = others.length ? `, by up to ${written(Math.max(...others.map(Math.abs)), 2)}` : "";
  const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const source = normalization === "fixed" ? "with numbers that are fixed since training" : `with the mean and the variance of ${many(size, "number")}`;
  const name = kinds[normalization];
  return `${name[0].toUpperCase()}${name.slice(1)}, ${many(examples, "example")}: the ringed number, pushed by ${written(push)}, is normalized ${source}. `
    + `Its output moves by ${written(change.data[own], 2)} and is now ${written(after.data[own], 2)}; ${others.length} of the ${change.data.length - 1} other outputs move${most}.`;
}

// ---- what is drawn ----

function grid(context, width, height, rows, colours) {
  return Axes.on(context, width, height, { x: [0.5, FEATURES + 0.5], y: [rows + 0.5, 0.5] }, colours, { left: 34 });
}

/** A cell with its number, blue above zero, orange below, the stronger the larger. */
function cell(axes, i, j, value, reach) {
  const { context, colours } = axes;
  const [left, top] = [axes.x(j + 0.53), axes.y(i + 0.54)];
  const [wide, tall] = [axes.x(j + 1.47) - left, axes.y(i + 1.46) - top];
  const strength = Math.min(1, Math.abs(value) / reach);
  context.save();
  context.globalAlpha = 0.08 + 0.62 * strength;
  context.fillStyle = Math.abs(value) < MOVES ? colours.grid : value > 0 ? colours.positive : colours.negative;
  context.fillRect(left, top, wide, tall);
  context.restore();
  const text = Math.abs(value) < MOVES ? "0" : Math.abs(value) < 0.005 ? "≈ 0" : value.toFixed(2).replace("-", "−");
  axes.text(text, left + wide / 2, top + tall / 2, { align: "center", size: 11.5, halo: true });
}

function edge(axes, i, j, { color, width, dash = [] }) {
  const [x0, x1, y0, y1] = [axes.x(j + 0.55), axes.x(j + 1.45), axes.y(i + 0.57), axes.y(i + 1.43)];
  axes.stroke([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]], { color, width, dash });
}

function ticked(count) {
  return Array.from({ length: count }, (_, i) => i + 1);
}

function drawInputs(context, width, height, data, state, colours) {
  const axes = grid(context, width, height, data.x.rows, colours);
  axes.frame({ xTicks: ticked(FEATURES), yTicks: ticked(data.x.rows), xLabel: "feature" });
  mapped(data.x, (entry, i, j) => cell(axes, i, j, entry, 4));
  mapped(data.inside, (yes, i, j) => { if (yes) edge(axes, i, j, { color: colours.teal, width: 2, dash: [4, 3] }); });
  edge(axes, data.row, data.column, { color: colours.ink, width: 3 });
  return axes;
}

function drawChanges(context, width, height, data, state, colours) {
  const axes = grid(context, width, height, data.x.rows, colours);
  axes.frame({ xTicks: ticked(FEATURES), yTicks: ticked(data.x.rows), xLabel: "feature" });
  mapped(data.change, (entry, i, j) => cell(axes, i, j, entry, 2));
  edge(axes, data.row, data.column, { color: colours.ink, width: 3 });
  return axes;
}

function drawCurve(context, width, height, { pushes, curve, bound }, state, colours) {
  const top = 1.15 * Math.max(1, bound ?? 0, ...(bound === null ? curve.map(Math.abs) : []));
  const axes = Axes.on(context, width, height, { x: [-REACH, REACH], y: [-top, top] }, colours);
  axes.frame({ xLabel: "push" });
  if (bound !== null) {
    for (const sign of [-1, 1]) axes.line([-REACH, REACH], [sign * bound, sign * bound], { color: colours.muted, width: 1.4, dash: [3, 3] });
    axes.text(`bound ${written(bound)}`, axes.x(-REACH) + 6, axes.y(bound) + 11, { color: colours.muted, halo: true });
  }
  axes.signedLine(pushes, curve);
  return axes;
}

const handles = [
  { key: "push", at: ({ curve, pushes }, { push }) => ({ x: push, y: curve[pushes.indexOf(push)] }), value: ({ x }) => x },
];

export default figure({
  controls,
  compute: simulate,
  sentence,
  panels: [
    { title: "Inputs (dashed: one mean)", height: 260, draw: drawInputs },
    { title: "How the outputs have changed", height: 260, draw: drawChanges },
    { title: "Output of the ringed number, as it is pushed", height: 190, draw: drawCurve, handles, wide: true },
  ],
});
