// A multi-layer perceptron: initialization, forward, backward, one step of gradient descent.

import { columnSums, mapped, matrix, product, productTransposed, times, transposedProduct } from "./algebra.js";

/** What multiplies 1 in the variance of a weight; `gain` is c in N(0, c / fan_in). */
export const schemes = {
  he: (fanIn) => 2 / fanIn, // He et al. 2015, eq. 10
  xavier: (fanIn, fanOut) => 2 / (fanIn + fanOut), // Glorot and Bengio 2010, eq. 12
  fan_in: (fanIn, fanOut, gain) => gain / fanIn,
  constant: (fanIn, fanOut, gain) => gain,
};

/** Layers {W, b} between `sizes`; normal weights of the scheme's variance, zero biases. */
export function initialized(random, sizes, scheme, gain = 1) {
  return sizes.slice(1).map((fanOut, i) => {
    const std = Math.sqrt(schemes[scheme](sizes[i], fanOut, gain));
    return { W: matrix(sizes[i], fanOut, random.normals(sizes[i] * fanOut, std)), b: new Float64Array(fanOut) };
  });
}

/** X W + b: (n, d) and (d, m), (m,) give (n, m). */
export function affine(X, { W, b }) {
  return mapped(product(X, W), (entry, _, j) => entry + b[j]);
}

/** What goes into every layer, and the pre-activations; the last of those are the logits. */
export function forward(X, layers, activation) {
  const inputs = [X];
  const zs = [];
  for (const layer of layers) {
    zs.push(affine(inputs.at(-1), layer));
    inputs.push(mapped(zs.at(-1), (z) => activation.value(z)));
  }
  return { inputs: inputs.slice(0, -1), zs };
}

/**
 * Gradients of the loss from `delta`, its gradient with respect to the logits (n, classes).
 * Returns dW, db of every layer, and the gradient with respect to every pre-activation.
 */
export function backward(delta, { inputs, zs }, layers, activation) {
  const gradients = [];
  const deltas = [];
  for (let i = layers.length - 1; i >= 0; i -= 1) {
    deltas.unshift(delta);
    gradients.unshift({ dW: transposedProduct(inputs[i], delta), db: columnSums(delta) });
    if (i) delta = times(productTransposed(delta, layers[i].W), mapped(zs[i - 1], (z) => activation.slope(z)));
  }
  return { gradients, deltas };
}

/** Mean cross-entropy of the softmax of logits (n, classes) for labels (n,), and its gradient. */
export function crossEntropy(logits, labels) {
  const delta = matrix(logits.rows, logits.cols);
  let loss = 0;
  for (let i = 0; i < logits.rows; i += 1) {
    const row = logits.data.subarray(i * logits.cols, (i + 1) * logits.cols);
    const top = Math.max(...row);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - top), 0);
    row.forEach((logit, j) => {
      delta.data[i * logits.cols + j] = (Math.exp(logit - top) / sum - (labels[i] === j ? 1 : 0)) / logits.rows;
    });
    loss += (Math.log(sum) + top - row[labels[i]]) / logits.rows;
  }
  return { loss, delta };
}

/** Layers after one step against the gradients. */
export function stepped(layers, gradients, rate) {
  return layers.map(({ W, b }, i) => ({
    W: matrix(W.rows, W.cols, W.data.map((w, k) => w - rate * gradients[i].dW.data[k])),
    b: b.map((entry, k) => entry - rate * gradients[i].db[k]),
  }));
}
