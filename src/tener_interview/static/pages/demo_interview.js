/** The demo interview: answers survive a reload until they are sent. */

const key = `answers ${location.pathname}`;
const fields = [...document.querySelectorAll("textarea")];

/** Answers typed before, by question; empty if the browser stores nothing. */
function readAnswers() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function saveAnswers() {
  const typed = Object.fromEntries(fields.map((field) => [field.name, field.value]));
  try {
    localStorage.setItem(key, JSON.stringify(typed));
  } catch {
    // The page works without it.
  }
}

function deleteAnswers() {
  try {
    localStorage.removeItem(key);
  } catch {
    // There is nothing to forget then.
  }
}

if (fields.length === 0) {
  deleteAnswers();
} else {
  const before = readAnswers();
  // After an error the page contains what was sent, which is newer.
  for (const field of fields.filter((entry) => entry.value === "")) {
    field.value = before[field.name] ?? "";
  }
  document.addEventListener("input", saveAnswers);
}
