// The activation functions as their definitions have them, for widgets.

/** value, slope: number -> number. limits: the heights it flattens out at. dies: slope 0 below 0. */
export const activations = {
  sigmoid: {
    label: "sigmoid",
    value: (z) => 1 / (1 + Math.exp(-z)),
    slope: (z) => 0.25 / Math.cosh(z / 2) ** 2,
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
};
