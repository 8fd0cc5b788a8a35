// The page of an order while it runs: every two seconds its parts are asked for, and those that have changed
// are put in place. It rests while the window is hidden and stops when the order has ended. Without this
// script a reload shows the same.

const EVERY = 2000; // milliseconds between two questions
const LOST = 10000; // the same while the server does not answer
const TOLD = 10; // per cent after which the progress is said aloud again
const live = document.getElementById("live");
const status = document.getElementById("live-status");
const lost = document.getElementById("live-lost");
let timer;
let told = Number(live.querySelector("[data-step]").dataset.step);

const ended = () => live.querySelector("[data-ended]") !== null;

async function ask() {
  let pause = EVERY;
  try {
    const answer = await fetch(live.dataset.url);
    if (answer.redirected) return window.location.reload(); // to log in again
    if (!answer.ok) throw new Error(answer.statusText);
    show(await answer.text());
    lost.hidden = true;
  } catch {
    lost.hidden = false;
    pause = LOST;
  }
  return next(pause);
}

function show(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  fresh.content.querySelectorAll("[data-live]").forEach((part) => {
    const old = live.querySelector(`[data-live="${part.dataset.live}"]`);
    if (old.outerHTML !== part.outerHTML && !inUse(old, part)) replace(old, part);
  });
  tell();
}

// What somebody reads or has the focus in stays until it is let go; not at the end, where buttons change.
function inUse(old, part) {
  if (part.hasAttribute("data-ended")) return false;
  return old.contains(document.activeElement) || old.querySelector("details[open]") !== null;
}

function replace(old, part) {
  const across = old.querySelector(".c-scroll")?.scrollLeft ?? 0;
  old.replaceWith(part);
  const box = part.querySelector(".c-scroll");
  if (box) box.scrollLeft = across;
}

function tell() {
  const { step, summary } = live.querySelector("[data-step]").dataset;
  if (Number(step) - told >= TOLD || (ended() && status.textContent !== summary)) {
    told = Number(step);
    status.textContent = summary;
  }
}

function next(pause) {
  clearTimeout(timer);
  if (!ended() && !document.hidden) timer = setTimeout(ask, pause);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else if (!ended()) ask();
});
next(EVERY);
