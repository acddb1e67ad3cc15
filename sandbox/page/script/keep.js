// Brings a list of nodes up to date and leaves alone what did not change, so that focus, scroll and half-typed text survive.

import { controlsIn } from "./dom.js";

const known = new WeakMap();

/** Make `parent` hold one node per item `{key, print, draw}`; an item is drawn anew only when its `print` changed. */
export function keep(parent, items) {
  const before = known.get(parent) ?? new Map();
  const after = new Map();
  const lost = lostFocus(parent);
  for (const { key, print, draw } of items) {
    const old = before.get(key);
    after.set(key, old?.print === print ? old : { print, node: draw() });
  }
  for (const [key, { node }] of before) {
    if (after.get(key)?.node !== node) node.remove();
  }
  let place = parent.firstChild;
  for (const { node } of after.values()) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
  known.set(parent, after);
  if (lost) giveBack(lost, parent, after);
}

function lostFocus(parent) {
  const focused = document.activeElement;
  if (!focused || focused === parent || !parent.contains(focused)) return null;
  let item = focused;
  while (item.parentNode !== parent) item = item.parentNode;
  return { focused, item, place: [...parent.children].indexOf(item), key: keyOf(parent, item), name: focused.dataset.focus };
}

function keyOf(parent, item) {
  for (const [key, { node }] of known.get(parent) ?? []) if (node === item) return key;
  return null;
}

// A control that was drawn anew gets its focus back; if it is gone, its message does; if that is gone, the nearest one.
function giveBack(lost, parent, after) {
  if (parent.contains(lost.focused)) {
    if (document.activeElement !== lost.focused) lost.focused.focus({ preventScroll: true });
    return;
  }
  const item = after.get(lost.key)?.node ?? parent.children[Math.min(lost.place, parent.children.length - 1)];
  if (!item) return;
  const same = lost.name ? item.querySelector(`[data-focus="${CSS.escape(lost.name)}"]`) : null;
  const target = same ?? (item.matches("[tabindex]") ? item : controlsIn(item)[0]);
  target?.focus({ preventScroll: true });
}
