// Matrices on typed arrays, by rows as in the course: examples are rows, Z = X W + b.

/** A matrix (rows, cols); `data` holds it row by row. */
export function matrix(rows, cols, data = new Float64Array(rows * cols)) {
  if (data.length !== rows * cols) throw new RangeError(`${data.length} entries for (${rows}, ${cols})`);
  return { rows, cols, data };
}

/** A B: (n, d) times (d, m) is (n, m). */
export function product(A, B) {
  mustMatch(A.cols, B.rows);
  const C = matrix(A.rows, B.cols);
  for (let i = 0; i < A.rows; i += 1) {
    for (let k = 0; k < A.cols; k += 1) {
      addRow(C, i, A.data[i * A.cols + k], B, k);
    }
  }
  return C;
}

/** A^T B: the transpose of (n, d), times (n, m), is (d, m). */
export function transposedProduct(A, B) {
  mustMatch(A.rows, B.rows);
  const C = matrix(A.cols, B.cols);
  for (let k = 0; k < A.rows; k += 1) {
    for (let i = 0; i < A.cols; i += 1) {
      addRow(C, i, A.data[k * A.cols + i], B, k);
    }
  }
  return C;
}

/** A B^T: (n, m) times the transpose of (d, m) is (n, d). */
export function productTransposed(A, B) {
  mustMatch(A.cols, B.cols);
  const C = matrix(A.rows, B.rows);
  for (let i = 0; i < A.rows; i += 1) {
    for (let j = 0; j < B.rows; j += 1) {
      let sum = 0;
      for (let k = 0; k < A.cols; k += 1) sum += A.data[i * A.cols + k] * B.data[j * B.cols + k];
      C.data[i * B.rows + j] = sum;
    }
  }
  return C;
}

/** Add `factor` times row k of B to row i of C. */
function addRow(C, i, factor, B, k) {
  const to = i * C.cols;
  const from = k * B.cols;
  for (let j = 0; j < B.cols; j += 1) C.data[to + j] += factor * B.data[from + j];
}

function mustMatch(inner, other) {
  if (inner !== other) throw new RangeError(`the shapes do not fit: ${inner} against ${other}`);
}

/** A new matrix: `change(entry, row, column)` of every entry. */
export function mapped(A, change) {
  const B = matrix(A.rows, A.cols);
  for (let i = 0, k = 0; i < A.rows; i += 1) {
    for (let j = 0; j < A.cols; j += 1, k += 1) B.data[k] = change(A.data[k], i, j);
  }
  return B;
}

/** Entry by entry, A times B. */
export function times(A, B) {
  mustMatch(A.rows, B.rows);
  mustMatch(A.cols, B.cols);
  return matrix(A.rows, A.cols, A.data.map((entry, i) => entry * B.data[i]));
}

/** The sum of every column: (cols,). */
export function columnSums(A) {
  const sums = new Float64Array(A.cols);
  for (let i = 0; i < A.data.length; i += 1) sums[i % A.cols] += A.data[i];
  return sums;
}

/** Mean and variance (divided by n) of every column: the statistics of a batch, (cols,) each. */
export function columnStatistics(A) {
  const means = columnSums(A).map((sum) => sum / A.rows);
  const away = mapped(A, (entry, _, j) => (entry - means[j]) ** 2);
  return { means, variances: columnSums(away).map((sum) => sum / A.rows) };
}

/** Mean and variance (divided by the number of columns) of every row: (rows,) each. */
export function rowStatistics(A) {
  return columnStatistics(transposed(A));
}

export function transposed(A) {
  const B = matrix(A.cols, A.rows);
  for (let i = 0; i < A.data.length; i += 1) {
    B.data[(i % A.cols) * A.rows + Math.floor(i / A.cols)] = A.data[i];
  }
  return B;
}
