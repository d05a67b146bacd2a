// Jupyter takes the arrow keys for its own, unless what has the focus says that it wants them.

/** Let whatever gets the focus, if it is one of `isOurs`, keep its keys; call the result to stop. */
export function keepKeys(isOurs) {
  const keep = ({ target }) => {
    if (isOurs(target)) target.setAttribute("data-lm-suppress-shortcuts", "");
  };
  document.addEventListener("focusin", keep);
  return () => document.removeEventListener("focusin", keep);
}
