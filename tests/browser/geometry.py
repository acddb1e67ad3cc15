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

CROSSING: Final = f"""() => {{
  {_SHARED}
  const layer = (node) => node.closest('dialog, .menu, .completion, .side-pane, .message-tools') ?? document.body;
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {{
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !shown(node) || node.closest('.message-tools, select')) continue;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    for (const box of range.getClientRects()) {{
      // Without the leading, which lines of one paragraph may share.
      const {{ left, right }} = box;
      const size = parseFloat(getComputedStyle(node).fontSize) / 2;
      const middle = (box.top + box.bottom) / 2;
      const part = seen(node, {{ left, right, top: middle - size, bottom: middle + size }});
      if (part) texts.push({{ ...part, whole: walk.currentNode, layer: layer(node) }});
    }}
  }}
  texts.sort((one, other) => one.top - other.top);
  const found = new Set();
  texts.forEach((one, place) => {{
    for (const other of texts.slice(place + 1)) {{
      if (other.top >= one.bottom - 2) break;
      // A text that ends in an ellipsis has a rectangle with it and one without.
      if (one.layer !== other.layer || one.whole === other.whole) continue;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      if (wide > 1) found.add([one, other].map(({{ whole }}) => `"${{whole.data.trim().slice(0, 40)}}"`).join(' and '));
    }}
  }});
  return [...found];
}}"""
"""Pairs of texts of which one is written over the other."""

SMALL: Final = f"""(least) => {{
  {_SHARED}
  // A link in a sentence may be as high as its line (https://www.w3.org/TR/WCAG22/#target-size-minimum).
  return [...document.querySelectorAll(CONTROLS)]
    .filter((node) => shown(node) && !node.matches('p a, .text a, .context a, .rich-text a, td a'))
    .filter((node) => {{
      const {{ width, height }} = (node.closest('label') ?? node).getBoundingClientRect();
      return width > 0 && (width < least - 0.5 || height < least - 0.5);
    }})
    .map(name);
}}"""
"""Controls smaller than ``least`` pixels in a direction."""

COVERED: Final = f"""() => {{
  {_SHARED}
  const above = document.querySelector('dialog[open]') ?? document;
  return controls().filter(({{ node }}) => (above === document || above.contains(node)))
    .filter(({{ node }}) => !node.closest('.message-tools'))
    .filter(({{ node, left, top, right, bottom }}) => {{
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (at === null || at.closest('.menu, .completion, .message-tools')) return false;
      // A pane over the page covers on purpose.
      if (at.closest('.side-pane') !== node.closest('.side-pane')) return false;
      return !node.contains(at) && !at.contains(node) && at.closest('label') !== (node.closest('label') ?? undefined);
    }})
    .map(({{ node }}) => name(node));
}}"""
"""Controls that something else lies over where one would press them."""

RINGLESS: Final = f"""() => {{
  {_SHARED}
  const found = [];
  const before = document.activeElement;
  for (const node of document.querySelectorAll(`${{CONTROLS}}, [tabindex="0"]`)) {{
    if (!shown(node) || node.closest('.message-tools') || !seen(node, node.getBoundingClientRect())) continue;
    node.focus();
    if (document.activeElement !== node) continue;
    const at = node.matches('.switch input') ? node.nextElementSibling
      : node.matches('.composer-text') ? node.closest('.composer-box') : node;
    const style = getComputedStyle(at);
    const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (!drawn && style.boxShadow === 'none') {{
      found.push(`${{name(node)}} has no ring`);
      continue;
    }}
    const out = drawn ? parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth) : 1;
    const box = at.getBoundingClientRect();
    const ring = {{ left: box.left - out, top: box.top - out, right: box.right + out, bottom: box.bottom + out }};
    const part = seen(at, ring);
    // What scrolls may be cut above and below; at the sides nothing may be.
    const half = part && (part.left > ring.left + 1 || part.right < ring.right - 1);
    if (half) found.push(`${{name(node)}} has half a ring`);
  }}
  before?.focus();
  return found;
}}"""
"""Controls on screen whose focus cannot be seen, or only in part; after a key was pressed."""

BROKEN: Final = f"""() => {{
  {_SHARED}
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {{
    const node = walk.currentNode.parentElement;
    if (!shown(node) || node.closest('code, pre, a, select')) continue;
    for (const word of walk.currentNode.data.matchAll(/(?<=^|\\s)[@#]?[\\p{{L}}\\p{{N}}]{{2,12}}(?=[\\s.,:]|$)/gu)) {{
      const range = document.createRange();
      range.setStart(walk.currentNode, word.index);
      range.setEnd(walk.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) found.add(word[0]);
    }}
  }}
  return [...found];
}}"""
"""Short words that are broken over two lines."""
