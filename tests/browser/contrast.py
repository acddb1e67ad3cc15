"""How much what is drawn stands out from its ground (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio), as scripts."""

from typing import Final

_SHARED = """
  const channels = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [red, green, blue, alpha];
  };
  const light = ([red, green, blue]) => [red, green, blue]
    .map((value) => value / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, place) => sum + value * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour.startsWith('rgb') && channels(colour)[3] === 1) return channels(colour);
    }
    return [255, 255, 255];
  };
  const against = (colour, node) => {
    const [one, other] = [light(channels(colour)), light(ground(node))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
"""

FAINT_TEXT: Final = f"""(enough) => {{
{_SHARED}
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {{
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !node.checkVisibility({{ visibilityProperty: true }})) continue;
    if (node.closest('[aria-disabled=true], noscript, option, .segments')) continue;
    const contrast = against(getComputedStyle(node).color, node);
    if (contrast < enough) found.push(`${{walk.currentNode.data.trim()}}: ${{contrast.toFixed(2)}}`);
  }}
  return found;
}}"""
"""The texts with less contrast than ``enough``."""

CONTRAST_OF: Final = f"""(nodes) => {{
{_SHARED}
  const contrast = (node) => against(getComputedStyle(node).stroke, node);
  return nodes.map((node) => ({{ icon: node.getAttribute('class'), contrast: contrast(node) }}));
}}"""
"""The contrast of each icon's line."""
