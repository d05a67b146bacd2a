"""Random numbers from a seed: the same here and in `widgets/stream.js`, draw by draw."""

import numpy as np


class Stream:
    """A stream of random numbers that depends on `seed` alone, in Python as in the browser.

    SplitMix32: a Weyl sequence (Steele, Lea and Flood, "Fast splittable pseudorandom number
    generators", 2014) through a 32-bit mixer found with C. Wellons' hash-prospector. Figures that
    a browser draws too take their numbers from here; everything else uses NumPy's generators.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int):
        self._state = int(_mixed(np.array([seed % 2**32], dtype=np.uint32))[0])

    def uniform(self, *shape: int) -> np.ndarray:
        """Independent draws, strictly between 0 and 1."""
        count = int(np.prod(shape))
        steps = np.arange(1, count + 1, dtype=np.uint64) * 0x9E3779B9
        states = ((steps + self._state) & 0xFFFFFFFF).astype(np.uint32)
        if count:
            self._state = int(states[-1])
        return ((_mixed(states) + 0.5) / 2**32).reshape(shape)

    def normals(self, *shape: int, std: float = 1.0) -> np.ndarray:
        """Independent draws from N(0, std^2), by Box and Muller (1958), two from two uniforms."""
        count = int(np.prod(shape))
        pairs = self.uniform((count + 1) // 2, 2)
        radius = std * np.sqrt(-2 * np.log(pairs[:, 0]))
        angle = 2 * np.pi * pairs[:, 1]
        drawn = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        return drawn.ravel()[:count].reshape(shape)

    def permutation(self, count: int) -> np.ndarray:
        """The numbers 0 to count - 1 in random order (Fisher and Yates, from the end)."""
        order = np.arange(count)
        for i, u in zip(range(count - 1, 0, -1), self.uniform(max(count - 1, 0)), strict=True):
            j = int(u * (i + 1))
            order[i], order[j] = order[j], order[i]
        return order


def _mixed(x: np.ndarray) -> np.ndarray:
    x = (x ^ (x >> 16)) * np.uint32(0x21F0AAAD)
    x = (x ^ (x >> 15)) * np.uint32(0x735A2D97)
    return x ^ (x >> 15)
