/** The command palette: jobs, people, pages, and what can be done here, found by typing. */

import { account, findCandidates, listJobs } from "../lib/api.js";
import { button, debounce, el, fill } from "../lib/dom.js";
import { chooseEntries, DESK_PAGES, GROUPS, jobEntry, pageEntry, personEntry, stepTo, addRecent } from "../lib/palette_entries.js";
import { keepInTab, readFromTab } from "../lib/tab_storage.js";
import { t, tn } from "../lib/texts.js";
import { closeLayer, openLayer } from "./dialog.js";

/** How many jobs and people the service is asked for. */
const MAX_JOBS = 8;
const MAX_PEOPLE = 10;
const LIST = "palette-list";

/**
 * Open the palette, or close it if it is open. `here(at)` returns the entries of this page as it is now for what
 * had the focus, `jobs` are those that it knows; `go(href)` leads to an address, once the palette is closed.
 */
export function openPalette({ here, jobs, go }) {
  if (document.querySelector("#palette")) {
    closeLayer();
    return;
  }
  if (document.querySelector(".signin[open]")) return;
  const opener = document.activeElement;
  const state = { offered: [], jobs, people: [], asked: "", role: null, recentKey: "", options: [], at: 0, isMoved: false };
  const input = el("input", {
    id: "palette-input", type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": LIST,
    "aria-autocomplete": "list", "aria-label": t("Search jobs, people and actions"), autocomplete: "off", spellcheck: "false",
    enterkeyhint: "go", placeholder: t("Job, person, or what to do"), maxlength: 200,
  });
  const list = el("div", { id: LIST, class: "palette-list", role: "listbox", tabindex: "-1", "aria-label": t("Results") });
  const status = el("p", { class: "palette-status muted", role: "status" });
  const dialog = el("dialog", { id: "palette", class: "palette", "aria-label": t("Search") },
    el("div", { class: "palette-head" }, input, button(t("Close"), closeLayer, { kind: "small" })), list, status);

  const draw = () => {
    state.offered = here(opener);
    const before = state.options[state.at]?.entry.key;
    const groups = chooseEntries(entriesOf(state), readFromTab(state.recentKey) ?? [], input.value.trim());
    state.options = groups.flatMap(([, entries]) => entries).map((entry, at) => ({ entry, node: option(entry, at, (press) => choose(at, press)) }));
    let at = 0;
    fill(list, groups.map(([group, entries]) => el("div", { role: "group", "aria-labelledby": `palette-${group}` },
      el("p", { id: `palette-${group}`, class: "palette-group", role: "presentation" }, GROUPS[group]),
      entries.map(() => state.options[at++].node))));
    const kept = state.isMoved ? state.options.findIndex(({ entry }) => entry.key === before) : 0;
    mark(Math.max(0, kept));
    fill(status, statusOf(state, input.value.trim()));
  };
  const mark = (at) => {
    state.options[state.at]?.node.setAttribute("aria-selected", "false");
    state.at = at;
    const node = state.options[at]?.node;
    node?.setAttribute("aria-selected", "true");
    node?.scrollIntoView({ block: "nearest" });
    if (node) input.setAttribute("aria-activedescendant", node.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const move = (by) => {
    state.isMoved = true;
    mark(stepTo(state.at, by, state.options.length));
  };
  const choose = (at, press) => {
    const entry = state.options[at]?.entry;
    if (!entry) return;
    keepInTab(state.recentKey, addRecent(readFromTab(state.recentKey) ?? [], entry));
    if (entry.href && (press.ctrlKey || press.metaKey)) {
      window.open(entry.href, "_blank", "noopener");
      return;
    }
    dialog.addEventListener("close", () => (entry.act ? entry.act() : go(entry.href)), { once: true });
    closeLayer();
  };
  const search = debounce(async () => {
    const query = input.value.trim();
    if (!dialog.open || query === state.asked) return;
    state.asked = query;
    const [jobsFound, people] = query === "" ? [[], []] : await Promise.all([
      state.role === null || state.role === "reviewer" ? [] : listJobs(query, MAX_JOBS).then(({ items }) => items, () => null),
      findCandidates(query, MAX_PEOPLE).then(({ items }) => items, () => null),
    ]);
    // Responses to earlier searches come too late.
    if (!dialog.open || state.asked !== query) return;
    state.jobs = [...state.jobs, ...(jobsFound ?? []).filter((job) => !state.jobs.some(({ id }) => id === job.id))];
    Object.assign(state, { people: people ?? [], found: jobsFound ?? [], isFailed: jobsFound === null || people === null, answered: query });
    draw();
  });

  input.addEventListener("input", () => {
    Object.assign(state, { people: [], found: [], isMoved: false, isFailed: false });
    draw();
    search();
  });
  input.addEventListener("keydown", (press) => {
    if (press.isComposing) return;
    const act = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => choose(state.at, press) }[press.key];
    if (!act || press.altKey || press.shiftKey) return;
    press.preventDefault();
    act();
  });
  dialog.addEventListener("click", (press) => press.target === dialog && closeLayer());
  // What is still loading behind the palette may offer more.
  const keys = (entries) => entries.map(({ key }) => key).join("\n");
  const behind = new MutationObserver(debounce(() => dialog.open && keys(here(opener)) !== keys(state.offered) && draw()));
  behind.observe(document.body, { childList: true, subtree: true });
  dialog.addEventListener("close", () => {
    behind.disconnect();
    dialog.remove();
    if (opener?.isConnected) opener.focus();
  });
  document.body.append(dialog);
  openLayer(dialog);
  draw();
  input.focus();
  account().then(({ role, name, user }) => {
    Object.assign(state, { role, recentKey: `recent-${user?.user_id ?? name}` });
    if (dialog.open) draw();
  }, () => {
    state.isFailed = true;
    if (dialog.open) draw();
  });
}

/** Everything to choose from. Until the role is known, only what everybody may. */
function entriesOf({ offered, jobs, found = [], people, role }) {
  const pages = DESK_PAGES.filter(({ roles }) => !roles || roles.includes(role));
  const byService = new Set(found.map(({ id }) => id));
  return [
    ...pages.map(pageEntry), ...offered,
    ...(role === "reviewer" ? [] : jobs.map((job) => ({ ...jobEntry(job), found: byService.has(job.id) }))),
    ...people.map((person) => ({ ...personEntry(person, role), found: true })),
  ];
}

function option(entry, at, act) {
  const attributes = {
    id: `palette-option-${at}`, class: "palette-option", role: "option", "aria-selected": "false", tabindex: "-1",
    data: { key: entry.key }, on: {
      click: (press) => {
        press.preventDefault();
        act(press);
      },
      // The text field keeps the focus.
      pointerdown: (press) => press.pointerType === "mouse" && press.preventDefault(),
    },
  };
  const parts = [
    el("span", { class: "palette-label", dir: "auto" }, entry.label),
    entry.detail && el("span", { class: "muted", dir: "auto" }, entry.detail),
    entry.keys && el("kbd", { "aria-hidden": "true" }, entry.keys),
  ];
  return entry.href ? el("a", { ...attributes, href: entry.href }, parts) : el("div", attributes, parts);
}

function statusOf({ options, asked, answered, isFailed, role }, query) {
  if (isFailed) return role === null ? t("Your sign-in could not be checked, so some pages are missing here.") : t("The search failed. Edit the text to try again.");
  if (query !== "" && (asked !== query || answered !== query)) return t("Searching…");
  if (options.length === 0) return t("Nothing found.");
  return query === "" ? "" : tn(options.length, "{count} found", "{count} found");
}
