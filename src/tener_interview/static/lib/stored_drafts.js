/** What somebody typed and nobody has stored yet, by key: it survives a reload of the tab and ends with it. */

/** Drafts of this page, in case the browser stores nothing. */
const kept = new Map();

/** The draft with this key, or null. */
export function readDraft(key) {
  return kept.get(key) ?? stored(key);
}

/** Keep a draft. */
export function keepDraft(key, draft) {
  kept.set(key, draft);
  useStorage((storage) => storage.setItem(key, JSON.stringify(draft)));
}

/** Delete a draft: nothing of it is left to send. */
export function deleteDraft(key) {
  kept.delete(key);
  useStorage((storage) => storage.removeItem(key));
}

/** Delete all drafts on signing out. */
export function deleteAllDrafts() {
  kept.clear();
  useStorage((storage) => storage.clear());
}

function stored(key) {
  try {
    return JSON.parse(window.sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Use the storage of the browser, which may be missing or full. */
function useStorage(act) {
  try {
    act(window.sessionStorage);
  } catch {
    // The page works without it.
  }
}
