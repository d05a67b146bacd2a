// Handles: things on a drawing to take hold of, with mouse, finger or arrow keys.

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

/**
 * A handle for `control` (a slider of controls.js) on a panel.
 *
 * value(): where the control stands
 * dragged(point): the control's value when the handle is pulled to {left, top} on the panel
 * chosen(value): what to do with a new value
 * The returned `show({left, top}, text)` puts the handle there.
 */
export function makeHandle(control, { value, dragged, chosen }) {
  const element = document.createElement("div");
  element.className = "cw-handle";
  element.tabIndex = 0;
  const facts = { role: "slider", "aria-label": control.label, "aria-valuemin": control.min, "aria-valuemax": control.max };
  for (const [name, fact] of Object.entries(facts)) element.setAttribute(name, fact);
  const choose = (wanted) => chosen(control.tidy(wanted));

  element.addEventListener("keydown", (event) => {
    const wanted = wish(event.key, value(), control);
    if (wanted === undefined) return;
    event.preventDefault();
    choose(wanted);
  });
  letDrag(element, (point) => choose(dragged(point)));

  const show = ({ left, top }, now) => {
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
    element.setAttribute("aria-valuenow", now);
    element.setAttribute("aria-valuetext", control.text(now));
  };
  return { element, show };
}

function wish(key, value, { min, max, step }) {
  if (key in STEPS) return value + step * STEPS[key];
  return { Home: min, End: max }[key];
}

/** Follow the pointer from where it took hold, so that the handle does not jump to its tip. */
function letDrag(element, moved) {
  let hold = null;
  const place = (event) => {
    const panel = element.parentElement.getBoundingClientRect();
    return { left: event.clientX - panel.left, top: event.clientY - panel.top };
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const at = place(event);
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = element;
    hold = { left: at.left - offsetLeft - offsetWidth / 2, top: at.top - offsetTop - offsetHeight / 2 };
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    event.preventDefault();
  });
  element.addEventListener("pointermove", (event) => {
    if (!hold) return;
    const at = place(event);
    moved({ left: at.left - hold.left, top: at.top - hold.top });
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => { hold = null; });
}
