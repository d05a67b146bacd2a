// Colours and type come from the style sheet (widgets.css), which knows light, dark and print.

const COLOURS = [
  "positive", "negative", "positive-soft", "negative-soft", "ink", "muted", "grid", "paper",
  "teal", "purple", "rose", "ochre",
];

/** The colours of `el` by name, as its theme has them now, and its font. Blue and orange mean sign. */
export function palette(el) {
  const style = getComputedStyle(el);
  const read = (name) => style.getPropertyValue(`--cw-${name}`).trim();
  const colours = Object.fromEntries(COLOURS.map((name) => [camel(name), read(name)]));
  return { ...colours, font: style.fontFamily };
}

function camel(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

/** Call `changed` whenever the page may have another theme; returns what ends that. */
export function watchTheme(changed) {
  const observer = new MutationObserver(changed);
  // The book and VS Code say the theme on the root or the body, JupyterLab on the body.
  const attributes = { attributeFilter: ["data-theme", "data-mode", "data-jp-theme-light", "class"] };
  for (const element of [document.documentElement, document.body]) observer.observe(element, attributes);
  return () => observer.disconnect();
}
