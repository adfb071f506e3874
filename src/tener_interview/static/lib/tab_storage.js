/** What this tab remembers, by key: it survives a reload, ends with the tab, and is gone after signing out. */

/** The same for this page only, in case the browser stores nothing. */
const memory = new Map();

/** What is stored with this key, or null. */
export function readFromTab(key) {
  return memory.get(key) ?? readStored(key);
}

/** Store something that can be written as JSON. */
export function keepInTab(key, value) {
  memory.set(key, value);
  withStorage((storage) => storage.setItem(key, JSON.stringify(value)));
}

/** Forget what is stored with this key. */
export function deleteFromTab(key) {
  memory.delete(key);
  withStorage((storage) => storage.removeItem(key));
}

/** Forget everything, on signing out. */
export function clearTab() {
  memory.clear();
  withStorage((storage) => storage.clear());
}

function readStored(key) {
  try {
    return JSON.parse(window.sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Use the storage of the browser, which may be missing or full. */
function withStorage(act) {
  try {
    act(window.sessionStorage);
  } catch {
    // The page works without it.
  }
}
