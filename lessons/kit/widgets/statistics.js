// Numbers that sum up many numbers.

export function mean(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The standard deviation, with n in the denominator. */
export function deviation(values) {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** The root of the mean square. */
export function rms(values) {
  return Math.sqrt(mean(values.map((value) => value * value)));
}

/** The share of the values for which `holds(value)`. */
export function share(values, holds) {
  let count = 0;
  for (const value of values) count += holds(value) ? 1 : 0;
  return count / values.length;
}

/** How many values lie in each of `bins` equal bins from low to high; the last holds `high` too. */
export function histogram(values, low, high, bins) {
  const counts = new Float64Array(bins);
  for (const value of values) {
    if (value < low || value > high || Number.isNaN(value)) continue;
    counts[Math.min(Math.floor(((value - low) / (high - low)) * bins), bins - 1)] += 1;
  }
  return counts;
}

/** The q-quantile of the values, linear between them, as NumPy has it. */
export function quantile(values, q) {
  const sorted = new Float64Array(values).sort();
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
