// The list of problems: choosing some, all of the page or all that are found, and what is then offered.
// Without it the boxes and the buttons under the list work by themselves.

const form = document.getElementById("changelist-form");

for (const select of document.querySelectorAll("[data-submits]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;

if (form) {
  const boxes = [...form.querySelectorAll("[data-select]")];
  const page = form.querySelector("[data-select-page]");
  const bar = form.querySelector("[data-actions]");
  const across = form.querySelector("[data-across]");
  const none = form.querySelector("[data-none]");
  const said = form.querySelector("[data-chosen]");
  const all = form.elements.select_across;
  let last = null;

  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    const whole = chosen === boxes.length;
    if (!whole) all.value = "0";
    bar.hidden = chosen === 0;
    page.checked = whole;
    page.indeterminate = chosen > 0 && !whole;
    none.hidden = chosen === 0;
    if (across) across.hidden = !whole || all.value === "1";
    said.textContent = all.value === "1" ? across.dataset.name : bar.dataset.count.replace("%s", chosen);
  };
  const mark = (some, checked) => {
    for (const box of some) box.checked = checked;
    show();
  };

  if (bar && page) {
    page.addEventListener("change", () => mark(boxes, page.checked));
    none.addEventListener("click", () => { mark(boxes, false); page.focus(); });
    across?.addEventListener("click", () => { all.value = "1"; show(); none.focus(); });
    form.addEventListener("click", (event) => {
      const at = boxes.indexOf(event.target);
      if (at < 0) return;
      if (event.shiftKey && last !== null) {
        mark(boxes.slice(Math.min(at, last), Math.max(at, last) + 1), event.target.checked);
      }
      last = at;
      show();
    });
    window.addEventListener("pageshow", show); // also when one comes back to the page
    show();
  }
}
