/** The competencies of a plan and their shares of the total, as a bar that always adds up to 100. */

import { announce, button, el, fill, hiddenText } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { LIMITS, moveBoundary, newCompetency, percents, setPercent } from "../lib/plan.js";
import { rules } from "../lib/rules.js";
import { choice, field, fieldKey, numberInput, textInput } from "./plan_fields.js";

/** How far a boundary moves with an arrow key, and with Page Up and Page Down. */
const STEP = 1;
const BIG_STEP = 5;

/** The section. `plan()` is the plan; `changed({structure})` is called after an edit. Returns `{node, update}`. */
export function competenciesEditor(plan, changed) {
  const bar = el("div", { class: "share-bar", role: "group", "aria-label": "Shares of the total score" });
  const rows = el("ol", { class: "competencies" });
  const undo = el("div", { class: "report" });
  const add = button("Add Competency", () => {
    const competency = newCompetency(plan(), "New competency");
    plan().competencies.push(competency);
    setPercent(plan().competencies, plan().competencies.length - 1, Math.floor(100 / plan().competencies.length));
    draw();
    changed({ structure: true });
    rows.lastElementChild.querySelector("input").select();
  }, { kind: "small", id: "plan-competencies", data: { field: "competencies" } });
  const bands = el("div", { class: "bands" });

  const shares = () => percents(plan().competencies.map((item) => item.weight));
  const label = (item) => item.name || "Unnamed";

  const drawBar = () => {
    const { competencies } = plan();
    const now = shares();
    fill(bar, competencies.map((item, at) => [
      el("span", { class: "share-segment", data: { at: at % 4 } },
        el("span", { class: "share-name" }, label(item)),
        el("span", {}, el("span", { class: "share-value number" }, `${now[at]}%`), el("span", { class: "share-note" }, " no question yet"))),
      at < competencies.length - 1 && boundary(at, now),
    ]));
    for (const [at, segment] of bar.querySelectorAll(".share-segment").entries()) segment.style.flexGrow = now[at];
  };
  const boundary = (at, now) => {
    const { competencies } = plan();
    const [left, right] = [competencies[at], competencies[at + 1]];
    return el("span", {
      class: "share-boundary", role: "slider", tabindex: "0", "aria-label": `Boundary between ${label(left)} and ${label(right)}`,
      "aria-valuemin": 1, "aria-valuemax": now[at] + now[at + 1] - 1, "aria-valuenow": now[at],
      "aria-valuetext": `${label(left)} ${now[at]}%, ${label(right)} ${now[at + 1]}%`, data: { at },
      on: { keydown: (press) => keys(press, at), pointerdown: (press) => pull(press, at) },
    });
  };
  const move = (at, percent) => {
    moveBoundary(plan().competencies, at, percent);
    const had = document.activeElement?.dataset.at === String(at);
    drawBar();
    if (had) bar.querySelector(`.share-boundary[data-at="${at}"]`).focus();
    showValues();
    changed({});
  };
  const keys = (press, at) => {
    const now = shares()[at];
    const to = {
      ArrowLeft: now - STEP, ArrowDown: now - STEP, ArrowRight: now + STEP, ArrowUp: now + STEP,
      PageDown: now - BIG_STEP, PageUp: now + BIG_STEP, Home: 1, End: 99,
    }[press.key];
    if (to === undefined) return;
    press.preventDefault();
    move(at, to);
  };
  const pull = (press, at) => {
    if (press.button !== 0) return;
    press.preventDefault();
    press.target.focus();
    const { left, width } = bar.getBoundingClientRect();
    const before = shares().slice(0, at).reduce((sum, share) => sum + share, 0);
    const follow = (pointer) => move(at, (100 * (pointer.clientX - left)) / width - before);
    const end = () => {
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
    };
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  };

  const showValues = () => {
    const now = shares();
    const { competencies, questions } = plan();
    for (const [at, row] of [...rows.children].entries()) {
      const input = row.querySelector(".percent input");
      if (document.activeElement !== input) input.value = now[at];
      const count = questions.filter((question) => question.competency === competencies[at].id).length;
      row.querySelector(".count").textContent = count ? `${number(count)} ${count === 1 ? "question" : "questions"}` : "No question yet";
      bar.querySelectorAll(".share-segment")[at].classList.toggle("unasked", count === 0);
    }
  };
  const row = (item, at) => {
    const key = (name) => fieldKey("competencies", item.id, name);
    // The others keep their proportions, whatever is typed on the way to a number.
    let before = [];
    const percent = numberInput(shares()[at], (value) => {
      for (const [place, weight] of before.entries()) plan().competencies[place].weight = weight;
      setPercent(plan().competencies, plan().competencies.indexOf(item), value);
      drawBar();
      showValues();
      changed({});
    }, { min: 1, max: 100 });
    percent.addEventListener("focus", () => {
      before = plan().competencies.map((other) => other.weight);
    });
    percent.addEventListener("blur", showValues);
    return el("li", {},
      field(key("name"), `Competency ${at + 1}`, textInput(item.name, (value) => {
        item.name = value;
        drawBar();
        changed({ names: true });
      }, { max: LIMITS.competency_name }), { hidden: true, kind: "grow" }),
      el("div", { class: "percent" }, field(key("weight"), `Share of ${label(item)} in per cent`, percent, { hidden: true }), el("span", { "aria-hidden": "true" }, "%")),
      field(key("dimension"), `Score that ${label(item)} is part of`, choice(item.dimension ?? "", [
        ["", "On its own"], ...Object.entries(rules.dimensions).map(([value, name]) => [value, `Part of ${name}`]),
      ], (value) => {
        item.dimension = value || null;
        changed({});
      }), { hidden: true }),
      el("span", { class: "muted count", data: { field: fieldKey("competencies", item.id, "") }, id: `plan-count-${item.id}`, tabindex: "-1" }),
      plan().competencies.length > 1 && button("×", () => drop(item), { kind: "small quiet remove", "aria-label": `Remove ${label(item)}` }),
    );
  };
  const drop = (item) => {
    const before = JSON.stringify([plan().competencies, plan().questions.map((question) => [question.id, question.competency])]);
    const { competencies, questions } = plan();
    const at = competencies.indexOf(item);
    competencies.splice(at, 1);
    const rest = percents(competencies.map((other) => other.weight), 100, 1);
    for (const [place, other] of competencies.entries()) other.weight = rest[place];
    const moved = questions.filter((question) => question.competency === item.id);
    const heir = competencies.find((other) => other.dimension === item.dimension) ?? competencies[0];
    for (const question of moved) question.competency = heir.id;
    draw();
    changed({ structure: true });
    const what = `Removed “${label(item)}”.${moved.length ? ` Its ${moved.length === 1 ? "question belongs" : `${number(moved.length)} questions belong`} to “${label(heir)}” now.` : ""}`;
    announce(what);
    const back = button("Undo", () => {
      const [old, owners] = JSON.parse(before);
      plan().competencies.splice(0, plan().competencies.length, ...old);
      for (const [id, owner] of owners) {
        const question = plan().questions.find((entry) => entry.id === id);
        if (question) question.competency = owner;
      }
      fill(undo);
      draw();
      changed({ structure: true });
      rows.children[at]?.querySelector("input").focus();
    }, { kind: "small" });
    fill(undo, el("p", { class: "undo" }, what, back));
    back.focus();
  };
  const drawBands = () => {
    const { bands: least } = plan();
    fill(bands, el("span", {}, "Recommended from a total of"), Object.keys(least).map((name, at) => field(
      at === 0 ? "bands" : fieldKey("bands", null, name), rules.recommendations[name], numberInput(least[name], (value) => {
        plan().bands[name] = value;
        changed({});
      }, { min: 0, max: 100, "aria-label": `${rules.recommendations[name]} from` }), { kind: "band" },
    )));
  };
  const draw = () => {
    drawBar();
    fill(rows, plan().competencies.map(row));
    add.hidden = plan().competencies.length >= LIMITS.competencies;
    drawBands();
    showValues();
  };
  draw();
  const node = el("section", { class: "panel plan-competencies", "aria-labelledby": "competencies-heading" },
    el("h4", { id: "competencies-heading" }, "What counts, and how much"),
    bar, rows, undo,
    el("div", { class: "competency-foot" }, add, bands),
    hiddenText("Arrow keys on a boundary move it by one per cent."),
  );
  return { node, update: showValues, draw };
}
