"""What every page must be: without sideways scroll, and without a serious violation that axe finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parent
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
#: What counts; moderate and minor findings are for people to weigh.
IMPACTS = ("serious", "critical")
_OVERFLOW = """
() => {
  const wide = document.documentElement.clientWidth;
  const extra = document.documentElement.scrollWidth - wide;
  if (extra <= 0) return null;
  const cut = (one) => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(one).overflowX);
  const scrolls = (one) => one && one !== document.body && (cut(one) || scrolls(one.parentElement));
  const guilty = [...document.body.querySelectorAll('*')]
    .filter((one) => one.getBoundingClientRect().right > wide + 1 && !scrolls(one.parentElement))
    .map((one) => `<${one.localName} class="${one.className}">`);
  return {extra, guilty: guilty.slice(0, 5)};
}
"""
_RUN = """
(options) => axe.run(document, options).then((found) => found.violations.map((one) => ({
  id: one.id, impact: one.impact, help: one.help,
  nodes: one.nodes.map((node) => ({html: node.html, why: node.any.concat(node.all, node.none)
    .map((check) => check.message).join('; ')})),
})))
"""


def overflow(page: Page) -> str:
    """What is wider than the window, in a sentence; empty when nothing is."""
    found = page.evaluate(_OVERFLOW)
    if not found:
        return ""
    return f"{found['extra']} px of sideways scroll at {page.url}: {', '.join(found['guilty'])}"


def violations(page: Page, *rules: str) -> list[str]:
    """Serious and critical violations that axe finds, a paragraph each. ``rules``: only these."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text())  # as a debugger does: the pages' policy lets no script in
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = page.evaluate(_RUN, options)
    return [_paragraph(page, one) for one in found if one["impact"] in IMPACTS]


def _paragraph(page: Page, violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    shown = "\n".join(f"    {node['html'][:200]}\n      {node['why'][:300]}" for node in nodes[:4])
    more = f"\n    and {len(nodes) - 4} more" if len(nodes) > 4 else ""
    return f"{violation['impact']}: {violation['help']} ({violation['id']}) at {page.url}\n{shown}{more}"
