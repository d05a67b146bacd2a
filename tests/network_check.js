// What the tests ask of network.js in one go: gradients two ways, a training run, variances.

import { activations } from "../lessons/kit/widgets/activations.js";
import { matrix } from "../lessons/kit/widgets/algebra.js";
import { backward, crossEntropy, forward, initialized, schemes, stepped } from "../lessons/kit/widgets/network.js";
import { rms } from "../lessons/kit/widgets/statistics.js";
import { stream } from "../lessons/kit/widgets/stream.js";

function problem(sizes) {
  const random = stream(7);
  const X = matrix(8, sizes[0], random.normals(8 * sizes[0]));
  const labels = Array.from({ length: 8 }, () => Math.floor(random.uniform() * sizes.at(-1)));
  return { X, labels, layers: initialized(random, sizes, "xavier") };
}

function lossOf({ X, labels, layers }, activation) {
  return crossEntropy(forward(X, layers, activation).zs.at(-1), labels);
}

function gradientsOf(one, activation) {
  const pass = forward(one.X, one.layers, activation);
  return backward(crossEntropy(pass.zs.at(-1), one.labels).delta, pass, one.layers, activation).gradients;
}

/** All gradients in a row, by the backward pass and by central differences of width h. */
export function gradientsTwice(name, sizes, h) {
  const one = problem(sizes);
  const exact = gradientsOf(one, activations[name]).flatMap(({ dW, db }) => [...dW.data, ...db]);
  const differences = one.layers.flatMap(({ W, b }) => [W.data, b].flatMap((numbers) => Array.from(numbers, (number, i) => {
    const loss = (moved) => {
      numbers[i] = moved;
      return lossOf(one, activations[name]).loss;
    };
    const slope = (loss(number + h) - loss(number - h)) / (2 * h);
    numbers[i] = number;
    return slope;
  })));
  return [exact, differences];
}

export function losses(name, sizes, rate, steps) {
  const one = problem(sizes);
  return Array.from({ length: steps }, () => {
    const { loss } = lossOf(one, activations[name]);
    one.layers = stepped(one.layers, gradientsOf(one, activations[name]), rate);
    return loss;
  });
}

export function variances(sizes, gain) {
  const drawn = Object.keys(schemes).map((scheme) => [scheme, initialized(stream(1), sizes, scheme, gain)[0].W.data]);
  return Object.fromEntries(drawn.map(([scheme, weights]) => [scheme, rms(weights) ** 2]));
}
