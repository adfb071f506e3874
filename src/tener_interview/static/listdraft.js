/** What was pasted, chosen and answered for a job's list, until all of it was sent: also when the page is reloaded. */

const EMPTY = { text: "", fileName: "", encoding: "", answers: {}, failures: {}, left: 0 };

/** While the browser does not keep it, the page does. */
const kept = new Map();

/** The draft for a job. `answers` are by question and row, `failures` what was said of a candidate, by id. */
export function readDraft(jobId) {
  return { ...EMPTY, ...kept.get(jobId) ?? stored(jobId) };
}

/** Change the draft for a job. */
export function keepDraft(jobId, changes) {
  const draft = { ...readDraft(jobId), ...changes };
  kept.set(jobId, draft);
  inStorage((storage) => storage.setItem(key(jobId), JSON.stringify(draft)));
}

/** Nothing is left to be sent. */
export function forgetDraft(jobId) {
  kept.delete(jobId);
  inStorage((storage) => storage.removeItem(key(jobId)));
}

/** Nobody who signs in after this one sees what was typed. */
export function forgetAllDrafts() {
  kept.clear();
  inStorage((storage) => storage.clear());
}

/** What came of sending: whoever has a link is done, and of whom it failed it is said why. */
export function settleDraft(jobId, items) {
  const draft = readDraft(jobId);
  const failures = { ...draft.failures };
  for (const { candidate_id: id, error } of items) {
    if (error) failures[id] = error.message;
    else delete failures[id];
  }
  if (draft.left === 0 && Object.keys(failures).length === 0) forgetDraft(jobId);
  else keepDraft(jobId, { failures });
}

function key(jobId) {
  return `list-${jobId}`;
}

function stored(jobId) {
  try {
    return JSON.parse(window.sessionStorage.getItem(key(jobId)));
  } catch {
    return null;
  }
}

/** A browser may have no storage, or have it full. */
function inStorage(act) {
  try {
    act(window.sessionStorage);
  } catch {
    // What is on the page stays there all the same.
  }
}
