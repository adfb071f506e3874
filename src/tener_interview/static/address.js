/** What the page shows, kept in its address, so that a reload or a sent link shows the same. */

const VIEWS = ["candidates", "leaderboard"];

/** The choice in the address: `{job, view, session}`; job is an integer or null, session an id or null. */
export function readAddress() {
  const query = new URLSearchParams(window.location.search);
  const job = Number.parseInt(query.get("job") ?? "", 10);
  const view = query.get("view");
  return {
    job: Number.isInteger(job) && job > 0 ? job : null,
    view: VIEWS.includes(view) ? view : "candidates",
    session: query.get("session"),
  };
}

/** Change part of the choice. `step` says whether Back should come back to what is shown now. */
export function writeAddress(changes, { step = false } = {}) {
  const { job, view, session } = { ...readAddress(), ...changes };
  const query = new URLSearchParams();
  if (job) query.set("job", job);
  if (view !== "candidates") query.set("view", view);
  if (session) query.set("session", session);
  const url = `${window.location.pathname}${query.size ? `?${query}` : ""}`;
  if (url === window.location.pathname + window.location.search) return;
  window.history[step ? "pushState" : "replaceState"](null, "", url);
}
