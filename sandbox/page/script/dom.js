// Builds elements. Everything that comes from the server passes through here as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: `class`, `on: {event: listener}`, `data: {…}`; other properties become attributes; null and false are left out. */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(node.dataset, value);
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...flat(children));
  return node;
}

/** Make an SVG element. */
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replace all children. */
export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

let made = 0;

/** An id that no other element has. */
export function freshId(word) {
  made += 1;
  return `${word}-${made}`;
}

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

/** What Tab would reach inside a node, in order, whether or not it is in the tab order just now. */
export function controlsIn(node) {
  return [...node.querySelectorAll(FOCUSABLE)].filter((control) => !control.disabled && control.getClientRects().length > 0);
}
