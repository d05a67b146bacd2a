// Random numbers from a seed: the same here and in lessons/kit/stream.py, draw by draw.

/**
 * A stream of random numbers that depends on `seed` (an integer) alone.
 *
 * SplitMix32: a Weyl sequence (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
 * 2014) through a 32-bit mixer found with C. Wellons' hash-prospector. Good enough to draw weights
 * and data; no use for secrets. Its period is 2^32.
 */
export function stream(seed) {
  let state = mixed(seed >>> 0);

  function bits() {
    state = (state + 0x9e3779b9) >>> 0;
    return mixed(state);
  }

  /** A number strictly between 0 and 1. */
  function uniform() {
    return (bits() + 0.5) / 4294967296;
  }

  /** `count` independent draws from N(0, std^2), by Box and Muller (1958), two from two uniforms. */
  function normals(count, std = 1) {
    const drawn = new Float64Array(count);
    for (let i = 0; i < count; i += 2) {
      const radius = std * Math.sqrt(-2 * Math.log(uniform()));
      const angle = 2 * Math.PI * uniform();
      drawn[i] = radius * Math.cos(angle);
      if (i + 1 < count) drawn[i + 1] = radius * Math.sin(angle);
    }
    return drawn;
  }

  /** The numbers 0 to count - 1 in random order (Fisher and Yates, from the end). */
  function permutation(count) {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i -= 1) {
      const j = Math.floor(uniform() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  return { uniform, normals, permutation };
}

function mixed(x) {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
