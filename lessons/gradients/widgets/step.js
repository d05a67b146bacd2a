// A secant to pull together, and the error of its slope, in double and in single precision.

import { Axes, decades, written } from "../../kit/widgets/canvas.js";
import { menu, slider } from "../../kit/widgets/controls.js";
import { figure } from "../../kit/widgets/figure.js";

const HALVINGS = 50; // of the step, which starts at 1
const LOWEST = -17; // an error of nothing is drawn here, a power of ten
const REACH = 2.5; // the curve is drawn for x from -REACH to REACH

const controls = [
  menu("curve", "curve", { bell: "1/(1 + x²)", cube: "x³", corner: "|x|" }),
  menu("precision", "precision", { float64: "double (float64)", float32: "single (float32)" }),
  menu("scheme", "differences", { centered: "centered", forward: "forward" }),
  slider("x", "place x", { min: -2, max: 2, step: 0.1 }),
  slider("halvings", "step h", { min: 0, max: HALVINGS, text: (value) => written(2 ** -value, 2) }),
];

// ---- what is computed ----

// Every operation of `value` is rounded by `r`, as a processor of that precision does.
const curves = {
  bell: {
    label: "1/(1 + x²)",
    value: (x, r) => r(1 / r(1 + r(x * x))),
    slope: (x) => (-2 * x) / ((1 + x * x) * (1 + x * x)),
    second: (x) => (6 * x * x - 2) / (1 + x * x) ** 3,
    third: (x) => (24 * x * (1 - x * x)) / (1 + x * x) ** 4,
    heights: [-0.4, 1.4],
  },
  cube: {
    label: "x³",
    value: (x, r) => r(r(x * x) * x),
    slope: (x) => 3 * x * x,
    second: (x) => 6 * x,
    third: () => 6,
    heights: [-5, 5],
  },
  corner: {
    label: "|x|",
    value: (x) => Math.abs(x),
    slope: (x) => Math.sign(x),
    second: () => 0,
    third: () => 0,
    heights: [-0.7, 2.7],
  },
};

const precisions = {
  float64: { label: "double", round: (x) => x, unit: 2 ** -53 },
  float32: { label: "single", round: Math.fround, unit: 2 ** -24 },
};

/** A curve as a function of a number that computes in a precision inside. */
function within(curve, precision) {
  const { round } = precisions[precision];
  return (x) => curves[curve].value(round(x), round);
}

/** How far behind and ahead of x a difference looks. */
function sides(scheme, h) {
  return scheme === "centered" ? [h, h] : [0, h];
}

/** The slope that a step gives, and its error. */
function measured({ curve, precision, scheme, x }, h) {
  const f = within(curve, precision);
  const [behind, ahead] = sides(scheme, h);
  const slope = (f(x + ahead) - f(x - behind)) / (ahead + behind);
  return { slope, error: Math.abs(slope - curves[curve].slope(x)) };
}

/** The slope and its error with the step that is chosen, and the errors with all steps. */
export function simulate(state) {
  const steps = Array.from({ length: HALVINGS + 1 }, (_, i) => 2 ** -i);
  const h = steps[state.halvings];
  return { h, steps, errors: steps.map((step) => measured(state, step).error), ...measured(state, h) };
}

/** What theory says: the truncation error, and the bound on the round-off of two values. */
export function expected({ curve, precision, scheme, x }, h) {
  const { value, second, third } = curves[curve];
  const height = precisions[precision].unit * Math.abs(value(x, (one) => one));
  if (scheme === "centered") return [(Math.abs(third(x)) * h * h) / 6, height / h];
  return [(Math.abs(second(x)) * h) / 2, (2 * height) / h];
}

export function sentence({ h, slope, error }, { curve, precision, scheme, x }) {
  const { label, slope: right } = curves[curve];
  const digits = error ? `off by ${written(error, 2)}` : "right in every digit";
  return `${scheme[0].toUpperCase()}${scheme.slice(1)} differences of ${label} at x = ${written(x)} in `
    + `${precisions[precision].label} precision: with h = ${written(h, 2)} the slope is ${written(slope, 4)}, `
    + `where ${written(right(x), 4)} is right; it is ${digits}.`;
}

// ---- what is drawn ----

const GRID = Array.from({ length: 40 * 2 * REACH + 1 }, (_, i) => -REACH + i / 40);

function drawCurve(context, width, height, { h, slope }, { curve, precision, scheme, x }, colours) {
  const { value, slope: right, heights } = curves[curve];
  const axes = Axes.on(context, width, height, { x: [-REACH, REACH], y: heights }, colours, { top: 24 });
  const exact = (at) => value(at, (one) => one);
  const f = within(curve, precision);
  const [behind, ahead] = sides(scheme, h);
  const ends = [x - behind, x + ahead];
  axes.frame({ xLabel: "x" });
  axes.clipped(() => {
    axes.line(GRID, GRID.map(exact), { color: colours.muted, width: 2.5 });
    axes.line(GRID, GRID.map((at) => exact(x) + right(x) * (at - x)), { width: 1.4, dash: [7, 4] });
    axes.line(GRID, GRID.map((at) => f(ends[0]) + slope * (at - ends[0])), { color: colours.rose, width: 1.8 });
    ends.forEach((at) => axes.dot(at, f(at), { color: colours.rose }));
  });
  axes.text("secant", axes.box.left, 10, { color: colours.rose, bold: true });
  axes.text("tangent (dashed)", axes.box.left + 56, 10, { bold: true });
  return axes;
}

const power = (size) => Math.max(Math.log10(size), LOWEST);

function drawErrors(context, width, height, { steps, errors, h, error }, state, colours) {
  const axes = Axes.on(context, width, height, { x: [-15.4, 0.4], y: [LOWEST - 0.5, 1.5] }, colours, { left: 52, top: 24 });
  axes.frame({ xTicks: decades(-15, 0, 5), xLabel: "step h", yTicks: decades(LOWEST + 1, 1, 6) });
  const powers = steps.map(Math.log10);
  const [truncation, rounding] = [0, 1].map((i) => steps.map((step) => Math.log10(expected(state, step)[i])));
  const other = { ...state, precision: state.precision === "float64" ? "float32" : "float64" };
  axes.clipped(() => {
    axes.line(powers, truncation, { color: colours.purple, width: 1.6, dash: [7, 3] });
    axes.line(powers, rounding, { color: colours.ochre, width: 1.6, dash: [2, 3] });
    simulate(other).errors.forEach((one, i) => axes.dot(powers[i], power(one), { color: colours.muted, radius: 1.6 }));
    errors.forEach((one, i) => axes.dot(powers[i], power(one), { radius: 2.8 }));
    axes.dot(Math.log10(h), power(error), { color: colours.rose, radius: 6 });
  });
  const { left, top, width: wide, height: tall } = axes.box;
  axes.text("truncation", left + wide, 10, { color: colours.purple, align: "right", bold: true });
  axes.text("round-off", left, 10, { color: colours.ochre, bold: true });
  axes.text(`${precisions[other.precision].label} precision`, left + 6, top + tall - 10, { color: colours.muted, halo: true });
  return axes;
}

const halvingsOf = (h) => -Math.log2(Math.max(h, 2 ** -HALVINGS));
const curveHandles = [
  { key: "x", at: (_, { curve, x }) => ({ x, y: within(curve, "float64")(x) }), value: ({ x }) => x },
  {
    key: "halvings",
    at: ({ h }, { curve, x }) => ({ x: x + h, y: within(curve, "float64")(x + h) }),
    value: (point, { x }) => halvingsOf(point.x - x),
  },
];
const errorHandles = [
  { key: "halvings", at: ({ h, error }) => ({ x: Math.log10(h), y: power(error) }), value: ({ x }) => halvingsOf(10 ** x) },
];

export default figure({
  controls,
  compute: simulate,
  sentence,
  panels: [
    { title: "The curve, its tangent and the secant", height: 270, draw: drawCurve, handles: curveHandles },
    { title: "Error of the slope against the step", height: 270, draw: drawErrors, handles: errorHandles },
  ],
});
