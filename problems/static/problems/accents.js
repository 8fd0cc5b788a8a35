/* French letters at hand. A button of the bar writes its letter at the cursor of the field that was last
   in use; Alt+ArrowUp changes the letter before the cursor: e, é, è, ê, ë and round again. */

const CYCLES = ["eéèêë", "aàâ", "cç", "uùûü", "iîï", "oôœ", "\"«»", "'’"];

const bar = document.getElementById("accents");
let last = null;

function say(text) {
  bar.querySelector("[data-said]").textContent = text;
}

/** Replaces the last `count` letters before the cursor. */
function write(field, letter, count = 0) {
  const end = field.selectionEnd;
  const start = count ? field.selectionStart - count : field.selectionStart;
  field.setRangeText(letter, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  say(letter);
}

function following(letter) {
  const cycle = CYCLES.find((letters) => letters.includes(letter.toLowerCase()));
  if (!cycle) return null;
  const next = cycle[(cycle.indexOf(letter.toLowerCase()) + 1) % cycle.length];
  return letter === letter.toLowerCase() ? next : next.toUpperCase();
}

if (bar) {
  bar.hidden = false;
  const buttons = [...bar.querySelectorAll("button")];

  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-french]")) last = event.target;
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!event.altKey || event.key !== "ArrowUp" || !field.matches("[data-french]")) return;
    const before = field.value.slice(0, field.selectionStart).slice(-1);
    const letter = before && following(before);
    if (!letter) return;
    event.preventDefault();
    write(field, letter, 1);
  });

  // the field keeps the cursor while the mouse is on the bar
  bar.addEventListener("mousedown", (event) => {
    if (event.target.matches("button")) event.preventDefault();
  });
  bar.addEventListener("click", (event) => {
    const letter = event.target.dataset.letter;
    if (!letter) return;
    last ??= document.querySelector("[data-french]");
    write(last, letter);
    // from the keyboard the focus stays on the bar, for more letters
    if (event.detail > 0) last.focus();
  });

  // one stop of the Tab key, the arrows go on from there
  bar.addEventListener("keydown", (event) => {
    const place = buttons.indexOf(event.target);
    if (event.key === "Escape" && last) last.focus();
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (place < 0 || !step) return;
    event.preventDefault();
    const next = buttons[(place + step + buttons.length) % buttons.length];
    buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
    next.focus();
  });
}
