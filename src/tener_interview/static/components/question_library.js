/** The question library: find a question by words, competency and role, and add it to the plan. */

import { searchQuestions } from "../lib/api.js";
import { constants, words } from "../lib/constants.js";
import { announce, button, debounce, el, fill } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { t } from "../lib/texts.js";
import { closeLayer, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

const PAGE = 20;

/** Open the library. `language` is the plan's; `taken()` are the library ids of its questions; `add(question)` adds one. */
export function openLibrary({ language, taken, add, room }) {
  const find = el("input", { id: "library-search", type: "search", placeholder: t("Words of the question or its key points"), autocomplete: "off" });
  const competency = el("select", { id: "library-competency" }, el("option", { value: "" }, t("All")));
  const role = el("select", { id: "library-role" }, el("option", { value: "" }, t("All")));
  const count = el("p", { class: "muted", role: "status" });
  const list = el("ul", { class: "library-list" });
  const more = el("div", { class: "buttons" });
  let turn = 0;
  let shown = [];
  const query = () => ({ search: find.value.trim(), competency: competency.value, role: role.value, language, limit: PAGE });
  const look = async (offset = 0) => {
    const own = turn += 1;
    try {
      const page = await searchQuestions({ ...query(), offset });
      if (own !== turn) return;
      shown = offset ? [...shown, ...page.items] : page.items;
      const first = shown.length - page.items.length;
      if (offset) list.append(...page.items.map(item));
      else fill(list, shown.map(item));
      fill(count, page.total ? `${number(page.total)} ${page.total === 1 ? "question" : "questions"}` : t("No question matches. Remove a word or a filter."));
      fill(more, shown.length < page.total && button(t("Show More"), async () => {
        await look(shown.length);
        list.children[first + PAGE]?.querySelector("button")?.focus();
      }, { kind: "small" }));
      facets(page);
    } catch (problem) {
      if (own === turn) fill(list, el("li", {}, problemBox(t("The library could not be searched"), problem, { retry: () => look(offset) })));
    }
  };
  const facets = ({ competencies, roles }) => {
    for (const [select, entries] of [[competency, competencies], [role, roles]]) {
      if (select.options.length > 1 || !entries?.length) continue;
      select.append(...entries.map((entry) => el("option", { value: entry.id ?? entry }, entry.name ?? constants.roles[entry] ?? words(entry))));
    }
  };
  const item = (question) => {
    const title = `library-${question.id}`;
    const inPlan = taken().has(question.id);
    const control = button(inPlan ? t("✓ In the Plan") : t("Add"), () => {
      if (control.getAttribute("aria-disabled") === "true") return;
      if (!room()) {
        announce(t("The plan has no room for another question."));
        fill(count, t("The plan has no room for another question."));
        return;
      }
      add(question);
      mark();
      announce(t("Added: {what}", { what: question.title }));
    }, { kind: "small", about: title });
    const mark = () => {
      control.textContent = t("✓ In the Plan");
      control.setAttribute("aria-disabled", "true");
    };
    if (inPlan) mark();
    const points = question.key_points.map((wordings) => wordings[0]);
    return el("li", { class: "library-question", data: { libraryId: question.id } },
      el("div", {},
        el("p", { class: "library-title", id: title, dir: "auto" }, question.title),
        el("p", { class: "muted" }, [question.competency_name, rolesOf(question)].join(" · ")),
        points.length > 0 && el("p", { class: "muted", dir: "auto" }, el("strong", {}, `${t("Covers:")} `), points.join("; "))),
      control);
  };
  find.addEventListener("input", debounce(() => look()));
  competency.addEventListener("change", () => look());
  role.addEventListener("change", () => look());
  openDialog("library", t("Add questions from the library"), [
    el("form", { class: "filter", role: "search", "aria-label": t("Library"), on: { submit: (press) => press.preventDefault() } },
      el("div", { class: "field grow" }, el("label", { for: find.id }, t("Search")), find),
      el("div", { class: "field" }, el("label", { for: competency.id }, t("Competency")), competency),
      el("div", { class: "field" }, el("label", { for: role.id }, t("Role")), role)),
    count, list, more,
    el("div", { class: "buttons" }, button(t("Done"), closeLayer, { kind: "primary" })),
  ], { kind: "wide" });
  find.focus();
  return look();
}

/** The roles of a question as text; one for any role names no other. */
function rolesOf({ roles }) {
  return (roles.includes("general") ? ["general"] : roles).map((role) => constants.roles[role] ?? words(role)).join(", ");
}
