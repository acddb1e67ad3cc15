// Windows over the page: the browser's own <dialog>, which traps the focus; it goes back to where it came from.

import { h } from "./dom.js";

/** Open a window. `cancel` runs on Escape and decides itself whether to close. */
export function openDialog({ className = "", name, labelledBy, role = null, content, cancel }) {
  const opener = document.activeElement;
  const article = opener?.closest("article")?.dataset.ts;
  const node = h(
    "dialog",
    {
      class: `dialog ${className}`,
      role,
      "aria-label": name ?? null,
      "aria-labelledby": labelledBy ?? null,
      on: {
        cancel: (event) => {
          event.preventDefault();
          cancel();
        },
        // Chromium closes on a second Escape without asking; this asks every time.
        keydown: (event) => {
          if (event.key !== "Escape" || event.defaultPrevented) return;
          event.preventDefault();
          event.stopPropagation();
          cancel();
        },
      },
    },
    content,
  );
  document.body.append(node);
  node.showModal();
  const close = () => {
    node.close();
    node.remove();
    giveBack(opener, article);
  };
  return { node, close };
}

// The control that opened it; if that was drawn anew, its message; else the composer.
function giveBack(opener, article) {
  const same = opener?.isConnected && opener !== document.body ? opener : null;
  const message = article ? document.querySelector(`article[data-ts="${CSS.escape(article)}"]`) : null;
  const again = opener?.dataset?.focus ? message?.querySelector(`[data-focus="${CSS.escape(opener.dataset.focus)}"]`) : null;
  (same ?? again ?? message ?? document.querySelector("#composer textarea"))?.focus({ preventScroll: true });
}
