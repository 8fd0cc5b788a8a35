// Keys and names for what unfold made for the mouse alone: whatever Alpine listens to a click on becomes a
// button for the keyboard and for screen readers, and icons, whose text is the name of a picture, are silent.

const CLICKED = "[x-on\\:click], [\\@click], a:not([href])";
const NATIVE = "a[href], button, input, select, textarea, summary, label";
const ICON = ".material-symbols-outlined";

function textOf(control) {
  if (control.matches(ICON)) return "";
  const copy = control.cloneNode(true);
  for (const icon of copy.querySelectorAll(ICON)) icon.remove();
  return copy.textContent.trim();
}

// Silences the icons of a control that has other words; one that has none gets its name in words.
function name(control, names) {
  const icons = control.matches(ICON) ? [control] : [...control.querySelectorAll(ICON)];
  if (!icons.length) return;
  const words = names[icons[0].textContent.trim()];
  if (textOf(control) || control.hasAttribute("aria-label")) {
    for (const icon of icons) if (icon !== control) icon.setAttribute("aria-hidden", "true");
  } else if (words) {
    control.setAttribute("aria-label", words);
  }
}

function mend(root) {
  const names = document.getElementById("control-names")?.dataset ?? {};
  for (const icon of root.querySelectorAll(ICON)) {
    if (!icon.closest(`${NATIVE}, ${CLICKED}`)) icon.setAttribute("aria-hidden", "true");
  }
  for (const help of root.querySelectorAll("span.help-tooltip[aria-label]")) {
    help.setAttribute("role", "img"); // of Django's boxes to choose several; a name needs a role
  }
  for (const control of root.querySelectorAll(`a[href], button, ${CLICKED}`)) {
    if (!control.matches(NATIVE)) {
      if (control.querySelector(NATIVE)) continue;
      if (!textOf(control) && !control.matches(ICON) && !control.querySelector(ICON)) {
        continue; // a backdrop: Escape or the button beside it does the same
      }
      control.tabIndex = 0;
      control.setAttribute("role", "button");
    }
    name(control, names);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector(".c-menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  } else if (event.key === "Enter" || event.key === " ") {
    if (event.target.matches("[role=button]") && !event.target.matches(NATIVE)) {
      event.preventDefault();
      event.target.click();
    }
  }
});
document.addEventListener("click", (event) => {
  const open = document.querySelector(".c-menu[open]");
  if (open && !open.contains(event.target)) open.open = false;
});
document.addEventListener("DOMContentLoaded", () => mend(document));
window.addEventListener("load", () => setTimeout(() => mend(document))); // after Django's scripts
document.addEventListener("htmx:afterSwap", (event) => mend(event.target));
