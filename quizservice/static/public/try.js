// Plays a quiz through the HTTP API: draw without the answer, send the pick, show what comes back.

const find = (id) => document.getElementById(id);
const quiz = find("quiz");
const texts = JSON.parse(find("texts").textContent);
const choice = find("choice");
const answer = find("answer");
const say = (name, values = {}) =>
  texts[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

let problem = null; // as it was drawn
let shownAt = 0;
let answered = false;
let busy = false;
let waiting = 0; // timer of a limit that was reached
const score = { right: 0, all: 0 };

// A name for this visit: answers of one person count once a problem.
const learner = sessionStorage.getItem("learner") ?? `try-${Date.now()}-${Math.random()}`;
sessionStorage.setItem("learner", learner);

class Refused extends Error {
  constructor(status, wait) {
    super(`status ${status}`);
    this.status = status;
    this.wait = wait; // seconds, with 429
  }
}

async function ask(path, body) {
  const answer = await fetch(`/api/v1/problems/${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      Authorization: `Bearer ${quiz.dataset.key}`,
      ...(body && { "Content-Type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
    credentials: "omit",
  });
  if (!answer.ok) {
    throw new Refused(answer.status, Number(answer.headers.get("Retry-After")) || 5);
  }
  return answer.json();
}

// --- What goes wrong -------------------------------------------------------------------------------

function notice(text, { retry = false } = {}) {
  find("notice").textContent = text;
  find("notice").hidden = !text;
  find("again").hidden = !retry;
  find("again").disabled = false;
}

function explain(error) {
  if (!(error instanceof Refused)) {
    notice(say("offline"), { retry: true });
  } else if (error.status === 429) {
    notice(say("busy", { seconds: error.wait }), { retry: true });
    find("again").disabled = true;
    waiting = setTimeout(() => {
      find("again").disabled = false;
      find("again").focus();
    }, error.wait * 1000);
  } else if (error.status === 401 || error.status === 403) {
    notice(say("no_key"));
  } else if (error.status === 404 || error.status === 422) {
    notice(say("nothing"));
  } else {
    notice(say("trouble"), { retry: true });
  }
}

// --- A problem -------------------------------------------------------------------------------------

async function draw({ focus = true, said = "" } = {}) {
  if (busy) return;
  busy = true;
  clearTimeout(waiting);
  notice(said);
  find("problem").setAttribute("aria-busy", "true");
  const query = new URLSearchParams({ reveal: "false" });
  for (const [name, value] of new FormData(choice)) if (value) query.set(name, value);
  try {
    problem = await ask(`random?${query}`);
    show(focus);
  } catch (error) {
    problem = null;
    find("problem").hidden = find("keys").hidden = true;
    explain(error);
  } finally {
    busy = false;
    find("problem").removeAttribute("aria-busy");
  }
}

function show(focus) {
  const names = { grammatical_focus: [problem.grammatical_focus], tenses_used: problem.tenses_used };
  const facts = Object.entries(names).flatMap(([name, values]) =>
    values.map((value) => choice.elements[name].querySelector(`[value="${value}"]`)?.textContent));
  find("facts").replaceChildren(
    ...[...facts, problem.level].filter(Boolean).map((fact) => element("span", fact)));
  find("question").textContent = problem.instructions;
  find("question").lang = problem.target_language_code === "fra" ? "fr" : "en";
  find("sentences").replaceChildren(...problem.statements.map(sentence));
  find("verdict").replaceChildren();
  answer.classList.remove("answered");
  find("check").hidden = false;
  find("next").hidden = true;
  find("problem").hidden = find("keys").hidden = false;
  answered = false;
  shownAt = performance.now();
  if (focus) find("question").focus();
}

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function sentence(statement, place) {
  const made = find("sentence").content.cloneNode(true);
  made.querySelector("input").value = place;
  made.querySelector("kbd").textContent = place + 1;
  made.querySelector(".text").textContent = statement.content;
  return made;
}

// --- An answer -------------------------------------------------------------------------------------

async function check(event) {
  event.preventDefault();
  const picked = answer.elements.pick?.value ?? "";
  if (!problem || answered || busy) return;
  if (picked === "") {
    notice(say("pick_first"));
    return;
  }
  busy = true;
  notice("");
  const place = Number(picked);
  try {
    const judged = await ask(`${problem.id}/answers`, {
      index: place,
      learner,
      elapsed_ms: Math.round(performance.now() - shownAt),
    });
    answered = true;
    judge(judged, place);
    // only now the other explanations: before, nothing in the page told the answer
    ask(problem.id).then(reveal, () => {});
  } catch (error) {
    if (error instanceof Refused && (error.status === 404 || error.status === 410)) {
      busy = false;
      await draw({ said: say("gone") });
    } else {
      explain(error);
      find("again").hidden = true; // the button to check is still there
    }
  } finally {
    busy = false;
  }
}

function judge(judged, place) {
  score.all += 1;
  score.right += judged.correct ? 1 : 0;
  find("score").textContent = say("score", score);
  find("score").hidden = false;
  answer.classList.add("answered");
  for (const radio of answer.querySelectorAll("input")) radio.disabled = true;
  const cards = [...find("sentences").children];
  mark(cards[judged.correct_answer_index], "is-right", `✓ ${say("right_one")}`);
  if (!judged.correct) {
    mark(cards[place], "is-missed", `✗ ${say("your_answer")}`);
    explainSentence(cards[place], judged.explanation);
  }
  const said = judged.correct
    ? element("p", say("right"), "said good")
    : element("p", say("wrong"), "said bad");
  const more = [];
  if (!judged.correct) {
    // what the sentences show, for those who hear the page
    more.push(element("p", judged.explanation ?? "", "unseen"));
    const right = element("p", problem.statements[judged.correct_answer_index].content, "unseen");
    right.lang = "fr";
    more.push(right);
  }
  if (judged.translation) {
    more.push(element("p", say("meaning", { text: judged.translation }), "quiet"));
  }
  find("verdict").replaceChildren(said, ...more);
  find("check").hidden = true;
  find("next").hidden = false;
  find("next").focus();
}

function mark(card, className, text) {
  card.classList.add(className);
  card.querySelector(".mark").textContent = text;
}

function reveal(whole) {
  if (whole.id !== problem?.id || !answered) return;
  whole.statements.forEach((statement, place) => {
    const card = find("sentences").children[place];
    if (statement.is_correct || card.classList.contains("is-missed")) return;
    card.querySelector(".mark").textContent = `✗ ${say("wrong_one")}`;
    explainSentence(card, statement.explanation);
  });
}

// Shows why a sentence is wrong, and underlines what the explanation quotes last of it: “Write this, not
// that” ends with the error.
function explainSentence(card, explanation) {
  if (!explanation) return;
  const why = card.querySelector(".why");
  why.textContent = explanation;
  why.hidden = false;
  const text = card.querySelector(".text");
  const whole = text.textContent;
  const quoted = [...explanation.matchAll(/[“«]\s*([^”»]+?)\s*[”»]/g)].map((found) => found[1]);
  for (const part of quoted.reverse()) {
    const literal = part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const inside = new RegExp(`(?<!\\p{L})${literal}(?!\\p{L})`, "iu");
    const found = inside.exec(whole);
    if (found) {
      const end = found.index + found[0].length;
      text.replaceChildren(whole.slice(0, found.index), element("mark", found[0]), whole.slice(end));
      return;
    }
  }
}

// --- Keys and buttons ------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !problem) return;
  if (event.target.closest("select, textarea, summary, a, .languages")) return;
  const radios = answer.querySelectorAll("input");
  const place = Number(event.key) - 1;
  if (!answered && radios[place]) {
    radios[place].checked = true;
    radios[place].focus();
    event.preventDefault();
  } else if (event.key === "Enter" && !event.target.closest("button, input")) {
    event.preventDefault();
    if (answered) draw();
    else answer.requestSubmit();
  }
});
answer.addEventListener("submit", check);
find("next").addEventListener("click", () => draw());
find("again").addEventListener("click", () => draw());
choice.addEventListener("change", () => draw({ focus: false }));
choice.addEventListener("submit", (event) => event.preventDefault());

choice.hidden = false;
draw({ focus: false });
