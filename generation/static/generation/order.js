// The order form: usual numbers at a click, words as chips, and beside it what the order needs and makes,
// asked for anew whenever a field changes. Without this script the form is filled in and sent as it is.

import { chips } from "./chips.js";

const QUIET = 350; // milliseconds without a change before the estimate is asked for
const form = document.getElementById("order");
const preview = document.getElementById("order-preview");
const status = document.getElementById("order-status");
const button = document.getElementById("order-button");
const count = form.elements.namedItem("count");
let timer;
let asked;

function later() {
  clearTimeout(timer);
  timer = setTimeout(estimate, QUIET);
}

async function estimate() {
  asked?.abort();
  asked = new AbortController();
  const fields = new FormData(form);
  fields.delete("csrfmiddlewaretoken");
  fields.delete("token");
  preview.setAttribute("data-busy", "");
  try {
    const answer = await fetch(`${form.dataset.estimate}?${new URLSearchParams(fields)}`, {
      signal: asked.signal,
    });
    if (answer.ok) show(await answer.text());
    preview.removeAttribute("data-busy");
  } catch (error) {
    if (error.name !== "AbortError") preview.removeAttribute("data-busy"); // the old one stays
  }
}

function show(html) {
  preview.innerHTML = html;
  const told = preview.querySelector("[data-summary]");
  status.textContent = told?.dataset.summary ?? "";
  if (told?.dataset.button) button.querySelector("[data-label]").textContent = told.dataset.button;
  settle();
}

function settle() {
  preview.querySelectorAll("[data-again]").forEach((again) => {
    again.hidden = false;
    again.addEventListener("click", estimate);
  });
}

function press() {
  form.querySelectorAll("[data-count]").forEach((one) => {
    one.setAttribute("aria-pressed", String(one.dataset.count === count.value));
  });
}

form.querySelectorAll("[data-counts]").forEach((row) => {
  row.hidden = false;
});
form.querySelectorAll("[data-count]").forEach((one) => {
  one.addEventListener("click", () => {
    count.value = one.dataset.count;
    press();
    estimate();
  });
});
form.querySelectorAll("[data-chips]").forEach((box) => chips(box, later));
form.addEventListener("input", () => {
  press();
  later();
});
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault(); // a double click; the server would notice, too
  form.dataset.sent = "yes";
});
// Who comes back with the browser's button has the same form before them, whatever the server says anew:
// its token is kept with that step of the history, so that sending it again makes no second order.
const token = form.elements.namedItem("token");
if (window.history.state?.token) token.value = window.history.state.token;
else window.history.replaceState({ ...window.history.state, token: token.value }, "");
window.addEventListener("pageshow", () => {
  delete form.dataset.sent;
  press();
  if (count.value !== count.defaultValue) later(); // the browser has put back what was typed
});
press();
settle();
