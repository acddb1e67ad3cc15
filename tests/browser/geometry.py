"""What covers, leaves or hides what on a drawn page, as scripts that return names of the offenders."""

from typing import Final

_SHARED = """
  const name = (node) => `${node.tagName.toLowerCase()} ${node.dataset?.focus ?? node.className ?? ''} ` +
    `"${(node.getAttribute('aria-label') ?? node.textContent).trim().slice(0, 40)}"`;
  const CONTROLS = 'button, a[href], select, input, textarea, [role=switch], [role=option], summary';
  const shown = (node) => node.checkVisibility({ visibilityProperty: true })
    && !node.closest('.visually-hidden, noscript, option');
  // What is left of a rectangle in the window and in the frames that clip it.
  const seen = (node, { left, top, right, bottom }) => {
    const clip = (box) => {
      left = Math.max(left, box.left);
      top = Math.max(top, box.top);
      right = Math.min(right, box.right);
      bottom = Math.min(bottom, box.bottom);
    };
    clip({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
    for (let at = node.parentElement; at; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (overflowX !== 'visible' || overflowY !== 'visible') clip(at.getBoundingClientRect());
    }
    return right - left > 1 && bottom - top > 1 ? { node, left, top, right, bottom } : null;
  };
  const controls = () => [...document.querySelectorAll(CONTROLS)].filter(shown)
    .flatMap((node) => [...node.getClientRects()].map((box) => seen(node, box))).filter(Boolean);
"""

OVERLAPPING: Final = f"""() => {{
  {_SHARED}
  // A panel or a window over the page covers on purpose; within one layer nothing may.
  const layer = (node) => node.closest('dialog, .menu, .completion, .side-pane, .message-tools') ?? document.body;
  const parts = controls();
  const found = new Set();
  parts.forEach((one, place) => {{
    for (const other of parts.slice(place + 1)) {{
      if (one.node === other.node || one.node.contains(other.node) || other.node.contains(one.node)) continue;
      if (layer(one.node) !== layer(other.node)) continue;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > 1 && high > 1) found.add(`${{name(one.node)}} and ${{name(other.node)}}`);
    }}
  }});
  return [...found];
}}"""
"""Pairs of controls of which one lies over the other."""

OUTSIDE: Final = f"""() => {{
  {_SHARED}
  const frame = (node) => node.closest('.table-frame, pre');
  return [...document.querySelectorAll('body *')]
    .filter((node) => shown(node) && !frame(node) && !node.closest('svg'))
    .filter((node) => {{
      const box = node.getBoundingClientRect();
      return box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5);
    }})
    .map(name);
}}"""
"""Elements that leave the window sideways, other than inside a table's or a code block's own frame."""

UNREACHABLE: Final = f"""() => {{
  {_SHARED}
  const scrolls = (node) => ['auto', 'scroll'].includes(getComputedStyle(node).overflowY);
  return [...document.querySelectorAll(CONTROLS)].filter((node) => shown(node) && !node.closest('.message-tools'))
    .filter((node) => {{
      const box = node.getBoundingClientRect();
      if (box.width < 1 || seen(node, box)) return false;
      for (let at = node.parentElement; at; at = at.parentElement) {{
        if (scrolls(at) && at.scrollHeight > at.clientHeight) return false;
      }}
      return true;
    }})
    .map(name);
}}"""
"""Controls that are neither on screen nor in something that scrolls up or down to them."""

SPILLING: Final = f"""() => {{
  {_SHARED}
  const HOLDERS = 'button, .button, .fault, .once, .message-body, .strip, .pane-head, .dialog-body, .topbar';
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {{
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !shown(node) || node.closest('.table-frame, pre, select')) continue;
    const holder = node.closest(HOLDERS);
    if (!holder) continue;
    const words = [...walk.currentNode.data.matchAll(/\\S+/g)].flatMap((word) => {{
      const range = document.createRange();
      range.setStart(walk.currentNode, word.index);
      range.setEnd(walk.currentNode, word.index + word[0].length);
      return [...range.getClientRects()];
    }}); // without the spaces, which may hang over a line's end
    const edge = holder.getBoundingClientRect();
    const cut = (at) => getComputedStyle(at).textOverflow === 'ellipsis' || (at !== holder && cut(at.parentElement));
    if (!cut(node) && words.some((box) => box.right > edge.right + 1 || box.left < edge.left - 1)) {{
      found.push(`"${{walk.currentNode.data.trim().slice(0, 40)}}" out of ${{name(holder)}}`);
    }}
  }}
  return found;
}}"""
"""Texts that run out of the control, message or bar that holds them."""
