/* The page of a problem: cards of statements that are added, moved and removed; the error of a sentence
   marked by selecting it; and, whenever typing pauses, the engine's verdicts, problems like this one and
   the preview. Without script the form alone does all but these. */

const PAUSE = 700; // milliseconds without a key before the engine is asked

const form = document.getElementById("problem_form");
const section = document.getElementById("statements");

if (form && section) {
  const list = section.querySelector("[data-cards]");
  const words = section.dataset;
  const cards = () => [...list.querySelectorAll("[data-card]")];
  const field = (card, name) => card.querySelector(`[name$="-${name}"]`);
  const removed = (card) => field(card, "DELETE").checked;

  // --- places in a text: the service counts whole characters, the browser halves of some ---

  const toService = (text, place) => Array.from(text.slice(0, place)).length;
  const toBrowser = (text, place) => Array.from(text).slice(0, place).join("").length;

  // --- the error of a sentence ---

  const span = (card) => {
    const [start, end] = [field(card, "span_start").value, field(card, "span_end").value];
    const text = field(card, "content").value;
    if (start === "" || end === "") return null;
    const places = [toBrowser(text, Number(start)), toBrowser(text, Number(end))];
    return places[0] < places[1] && places[1] <= text.length ? places : null;
  };

  const setSpan = (card, start, end) => {
    const text = field(card, "content").value;
    field(card, "span_start").value = start === end ? "" : toService(text, start);
    field(card, "span_end").value = start === end ? "" : toService(text, end);
    show(card);
  };

  /** Writes the sentence with its error marked, and what would be right. */
  const show = (card) => {
    const shown = card.querySelector("[data-shown]");
    const text = field(card, "content").value;
    const places = span(card);
    if (!places) {
      shown.textContent = text ? words.none : "";
      return;
    }
    const mark = document.createElement("mark");
    mark.className = "c-mark";
    mark.textContent = text.slice(...places);
    const parts = [text.slice(0, places[0]), mark, text.slice(places[1])];
    if (field(card, "correction").value) {
      const right = document.createElement("ins");
      right.className = "c-insert";
      right.textContent = field(card, "correction").value;
      parts.push(" → ", right);
    }
    shown.replaceChildren(...parts);
  };

  /** Keeps the mark on its words while the text around it changes. */
  const follow = (card, before) => {
    const text = field(card, "content").value;
    const [start, end] = [field(card, "span_start").value, field(card, "span_end").value];
    if (start !== "" && end !== "" && before !== text) {
      let head = 0;
      while (head < before.length && before[head] === text[head]) head += 1;
      let tail = 0;
      const most = Math.min(before.length, text.length) - head;
      while (tail < most && before.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
      const grown = text.length - before.length;
      const places = [toBrowser(before, Number(start)), toBrowser(before, Number(end))];
      const moved = places.map((place) =>
        place <= head ? place : place >= before.length - tail ? place + grown : null,
      );
      // what was marked is gone altogether: nothing is marked any more
      const gone = moved[0] === null && moved[1] === null;
      if (moved[0] === null) moved[0] = head;
      if (moved[1] === null) moved[1] = text.length - tail;
      if (gone) setSpan(card, 0, 0);
      else setSpan(card, Math.min(...moved), Math.max(...moved));
    }
    show(card);
  };

  // --- what was typed last, for `follow` ---

  const texts = new WeakMap();

  const prepare = (card) => {
    texts.set(card, field(card, "content").value);
    card.querySelector("[data-place]").hidden = true;
    for (const button of card.querySelectorAll("[data-up], [data-down], [data-mark]")) button.hidden = false;
    show(card);
  };

  const number = () => cards().forEach((card, place) => (field(card, "place").value = place));

  const add = () => {
    if (cards().filter((card) => !removed(card)).length >= Number(words.most)) return;
    const total = section.querySelector('[name="statements-TOTAL_FORMS"]');
    const blank = section.querySelector("[data-blank]").innerHTML;
    list.insertAdjacentHTML("beforeend", blank.replaceAll("__prefix__", total.value));
    total.value = Number(total.value) + 1;
    const card = cards().at(-1);
    prepare(card);
    number();
    field(card, "content").focus();
  };

  // --- asking ---

  let timer = 0;
  let asked = 0;

  const ask = async () => {
    const mine = (asked += 1);
    for (const card of cards()) {
      const said = card.querySelector("[data-verdict]");
      if (!said.textContent.trim() && field(card, "content").value.trim()) said.textContent = words.checking;
    }
    const data = new FormData(form);
    data.set("problem", words.problem);
    let found;
    try {
      const answer = await fetch(words.check, { method: "POST", body: data, headers: { Accept: "application/json" } });
      found = answer.redirected ? { error: words.ended } : await answer.json();
    } catch {
      found = { error: words.silent };
    }
    if (mine === asked) answered(found);
  };

  const answered = (found) => {
    for (const card of cards()) {
      const said = card.querySelector("[data-verdict]");
      if (said.contains(document.activeElement)) continue; // nothing is taken from under the fingers
      const html = found.error ? "" : (found.verdicts[card.dataset.card] ?? "");
      if (found.error) said.textContent = field(card, "content").value.trim() ? found.error : "";
      else if (said.dataset.html !== html) said.innerHTML = html;
      said.dataset.html = html;
    }
    if (found.error) return;
    document.getElementById("twins").innerHTML = found.twins;
    const preview = document.getElementById("preview");
    const picked = preview.querySelector("input:checked")?.value;
    const shown = [...preview.querySelectorAll("[data-result]")].some((result) => !result.hidden);
    if (preview.contains(document.activeElement)) return;
    preview.innerHTML = found.preview;
    const again = picked && preview.querySelector(`input[value="${picked}"]`);
    if (again) again.checked = true;
    if (again && shown) preview.querySelector("form").requestSubmit();
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };

  // --- unsaved edits ---

  let dirty = false;
  const changed = () => {
    dirty = true;
    document.querySelector("[data-edits]").textContent = words.unsaved;
    for (const step of document.querySelectorAll("[data-step]")) {
      step.querySelector("[data-dirty]").hidden = false;
      step.querySelectorAll("button").forEach((button) => (button.disabled = true));
    }
    soon();
  };
  addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  form.addEventListener("submit", () => (dirty = false));

  form.addEventListener("input", (event) => {
    const card = event.target.closest("[data-card]");
    if (card) {
      if (event.target.name.endsWith("-content")) {
        follow(card, texts.get(card));
        texts.set(card, event.target.value);
      } else {
        show(card);
      }
    }
    changed();
  });

  // a sentence has one line
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.name?.endsWith("-content")) event.preventDefault();
  });

  const take = (card, given) => {
    if (given.text !== undefined) field(card, "content").value = given.text;
    if (given.type !== undefined) field(card, "error_type").value = given.type;
    if (given.code !== undefined) field(card, "error_code").value = given.code;
    if (given.start !== undefined) {
      field(card, "span_start").value = given.start;
      field(card, "span_end").value = given.end;
      field(card, "correction").value = given.correction;
    }
    if (given.explanation !== undefined) field(card, "explanation").value = given.explanation;
    texts.set(card, field(card, "content").value);
    show(card);
    field(card, given.explanation === undefined ? "content" : "explanation").focus();
    changed();
  };

  section.addEventListener("click", (event) => {
    if (event.target.closest("[data-add]")) {
      event.preventDefault();
      add();
      return;
    }
    const button = event.target.closest("button");
    const card = event.target.closest("[data-card]");
    if (!button || !card) return;
    if (button.matches("[data-take]")) take(card, button.dataset);
    else if (button.matches("[data-mark]")) {
      const content = field(card, "content");
      const { selectionStart: start, selectionEnd: end } = content;
      if (start === end) card.querySelector("[data-shown]").textContent = words.select;
      else setSpan(card, start, end);
      content.focus();
      if (start !== end) changed();
    } else if (button.matches("[data-up], [data-down]")) {
      const up = button.matches("[data-up]");
      const other = up ? card.previousElementSibling : card.nextElementSibling;
      if (!other) return;
      if (up) other.before(card);
      else other.after(card);
      button.focus();
      number();
      changed();
    }
  });

  cards().forEach(prepare);
  ask();
}
