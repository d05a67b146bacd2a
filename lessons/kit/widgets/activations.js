// The activation functions as their definitions have them, for widgets.

const density = (z) => Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);

/**
 * The distribution function of the standard normal: a series around 0, a continued fraction in the
 * tails (Abramowitz and Stegun, 26.2.11 and 26.2.14).
 */
function normal(z) {
  if (z > 3) return 1 - normal(-z);
  if (z < -3) {
    let rest = -z;
    for (let k = 30; k > 0; k -= 1) rest = -z + k / rest;
    return density(z) / rest;
  }
  let [term, sum] = [z, z];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= z * z / k;
    sum += term;
  }
  return 0.5 + density(z) * sum;
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const sigmoidSlope = (z) => 0.25 / Math.cosh(z / 2) ** 2;

/**
 * value, slope: number -> number. limits: the heights it flattens out at and does not cross.
 * dies: slope 0 below 0.
 */
export const activations = {
  sigmoid: {
    label: "sigmoid",
    value: sigmoid,
    slope: sigmoidSlope,
    limits: [0, 1],
    dies: false,
  },
  tanh: {
    label: "tanh",
    value: Math.tanh,
    slope: (z) => 1 / Math.cosh(z) ** 2,
    limits: [-1, 1],
    dies: false,
  },
  relu: {
    label: "ReLU",
    value: (z) => Math.max(z, 0),
    slope: (z) => (z > 0 ? 1 : 0),
    limits: [0],
    dies: true,
  },
  leaky_relu: {
    label: "leaky ReLU",
    value: (z, alpha = 0.01) => (z > 0 ? z : alpha * z),
    slope: (z, alpha = 0.01) => (z > 0 ? 1 : alpha),
    limits: [],
    dies: false,
  },
  elu: {
    label: "ELU",
    value: (z, alpha = 1) => (z > 0 ? z : alpha * (Math.exp(z) - 1)),
    slope: (z, alpha = 1) => (z > 0 ? 1 : alpha * Math.exp(z)),
    limits: [-1],
    dies: false,
  },
  swish: {
    label: "swish",
    value: (z) => z * sigmoid(z),
    slope: (z) => sigmoid(z) + z * sigmoidSlope(z),
    limits: [],
    dies: false,
  },
  gelu: {
    label: "GELU",
    value: (z) => z * normal(z),
    slope: (z) => normal(z) + z * density(z),
    limits: [],
    dies: false,
  },
};
