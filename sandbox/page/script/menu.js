// A small menu under a button: arrows move, Enter chooses, Escape closes it and gives the focus back.

import { h } from "./dom.js";

let open = null;

/** Close the menu that is open, if any. */
export function closeMenu({ giveBack = true } = {}) {
  if (!open) return false;
  const { node, button, opener, outside } = open;
  open = null;
  const had = node.contains(document.activeElement);
  node.remove();
  button.setAttribute("aria-expanded", "false");
  document.removeEventListener("pointerdown", outside, true);
  if (giveBack && (had || document.activeElement === document.body)) opener.focus({ preventScroll: true });
  return true;
}

/** Open a menu of `{label, hint?, danger?, choose}` under a button; a second press closes it. */
export function toggleMenu(button, name, items) {
  if (open?.button === button) {
    closeMenu();
    return;
  }
  closeMenu({ giveBack: false });
  const message = document.activeElement?.closest("article");
  const opener = message === document.activeElement && message?.contains(button) ? message : button; // opened by a key on the message
  const entries = items.map((item) =>
    h(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: -1,
        class: item.danger ? "menu-item danger-text" : "menu-item",
        on: {
          click: () => {
            closeMenu();
            item.choose();
          },
        },
      },
      h("span", {}, item.label),
      item.hint ? h("span", { class: "menu-hint" }, item.hint) : null,
    ),
  );
  const node = h("div", { class: "menu", role: "menu", "aria-label": name, on: { keydown: (event) => onKey(event, entries) } }, entries);
  const outside = (event) => {
    if (!node.contains(event.target) && !button.contains(event.target)) closeMenu({ giveBack: false });
  };
  (button.closest("dialog") ?? document.body).append(node);
  place(node, button);
  button.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  open = { node, button, opener, outside };
  entries[0]?.focus();
}

function place(node, button) {
  const at = button.getBoundingClientRect();
  const { width, height } = node.getBoundingClientRect();
  const below = at.bottom + 4 + height <= window.innerHeight - 8;
  node.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - 4 - height)}px`;
  node.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
}

function onKey(event, entries) {
  const at = entries.indexOf(document.activeElement);
  const go = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[event.key];
  if (go !== undefined) entries[go % entries.length].focus();
  else if (event.key === "Escape") closeMenu();
  else if (event.key === "Tab") closeMenu();
  else return;
  event.stopPropagation();
  if (event.key !== "Tab") event.preventDefault();
}

/** A button that opens a menu. */
export function menuButton({ name, focus, className = "icon-button", content, items, danger }) {
  const button = h(
    "button",
    {
      type: "button",
      class: className,
      "aria-label": name,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      title: name,
      data: focus ? { focus } : {},
      on: { click: () => toggleMenu(button, name, items()) },
    },
    content,
  );
  if (danger) button.classList.add("danger-text");
  return button;
}
