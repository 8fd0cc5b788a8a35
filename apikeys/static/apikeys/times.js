// Tells the times of a page in the reader's zone and language. Without it they stand in UTC, and say so.

const language = document.documentElement.lang || undefined;
const formats = {
  moment: { dateStyle: "medium", timeStyle: "short" },
  title: { dateStyle: "medium", timeStyle: "short" },
  hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  "hour-title": { dateStyle: "medium", timeStyle: "short" },
  "day-title": { dateStyle: "medium", timeZone: "UTC" },
};

function told(element) {
  const style = element.dataset.style;
  const at = new Date(element.getAttribute("datetime") || element.dataset.at);
  return new Intl.DateTimeFormat(language, formats[style]).format(at);
}

for (const element of document.querySelectorAll("time[data-style]")) {
  const utc = `${element.dataset.style === "title" ? element.title : element.textContent}`;
  if (element.dataset.style === "title") {
    element.title = told(element);
  } else {
    element.textContent = told(element);
    element.title = utc;
  }
}
for (const element of document.querySelectorAll("[data-at]")) {
  const rest = element.dataset.rest;
  element.textContent = rest ? `${told(element)}: ${rest}` : told(element);
}
