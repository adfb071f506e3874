/** Sharing a shortlist: who, for how long, with or without names; and the links there are, to copy and to take back. */

import { createShare, leaderboard, LIST_LIMIT, listShares, revokeShare } from "../lib/api.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { known, number, score, time } from "../lib/format.js";
import { NEEDS_REVIEW, stateWord } from "../lib/labels.js";
import { openDialog } from "./dialog.js";
import { entryLink } from "./link.js";
import { problemBox } from "./problem.js";

const HOURS = [[24, "1 day"], [72, "3 days"], [168, "1 week"], [336, "2 weeks"], [720, "30 days"]];
const USUAL_HOURS = 168;
const MOST = 50;
const FIRST_CHOSEN = 5;
const STATUSES = { active: "Open", expired: "Run out", revoked: "Taken back" };

/** Open the dialog for a job; `chosen` are the candidates to begin with, by id, if some were chosen already. */
export function openSharing(jobId, jobTitle, chosen) {
  const body = el("div", { class: "sharing-body" }, el("p", { class: "empty" }, "Loading the ranking…"));
  openDialog("sharing", "Share a shortlist", body);
  return load(body, jobId, jobTitle, chosen);
}

async function load(body, jobId, jobTitle, chosen) {
  try {
    const [ranking, shares] = await Promise.all([leaderboard(jobId, { limit: LIST_LIMIT }), listShares(jobId)]);
    const links = el("div", { id: "shares", class: "shares" });
    fill(body, wishForm(jobId, jobTitle, ranking.items, links, chosen), el("h3", {}, "Shared links"), links);
    showShares(links, shares.items);
  } catch (problem) {
    const retry = () => load(body, jobId, jobTitle, chosen);
    fill(body, problemBox("The ranking could not be read", problem, { retry }));
  }
}

/** The form. What was chosen and typed stays when something fails. */
function wishForm(jobId, jobTitle, items, links, chosen) {
  const report = el("div", { class: "report" });
  const submit = el("button", { class: "button primary", type: "submit" }, "Create Link");
  const title = el("input", { name: "title", type: "text", maxlength: 120, placeholder: jobTitle ?? "" });
  const initials = el("input", { name: "initials", type: "checkbox" });
  const hours = el("select", { name: "hours" }, HOURS.map(([value, label]) => (
    el("option", { value, selected: value === USUAL_HOURS }, label)
  )));
  const boxes = items.map((item, place) => el("input", {
    type: "checkbox", name: "candidate", value: item.candidate_id,
    checked: chosen.length ? chosen.includes(item.candidate_id) : place < FIRST_CHOSEN && known(item.total_score),
  }));
  const count = el("span", { class: "fine", "aria-live": "polite" });
  const recount = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    fill(count, chosen > MOST ? `${chosen} chosen; at most ${MOST} can be shared` : `${chosen} chosen`);
    submit.disabled = chosen === 0 || chosen > MOST;
  };
  const form = el(
    "form", { class: "wish" },
    el("p", { class: "fine" }, "Whoever has the link can read it without an account, until it runs out or you take it back. "
      + "It shows scores, reasons and what was said, but no e-mail addresses, ids or videos."),
    el("fieldset", { class: "who-to-share" }, el("legend", {}, "Candidates"),
      items.length ? el("ol", { class: "choices" }, items.map((item, place) => choice(item, boxes[place]))) : el(
        "p", { class: "empty" }, "Nobody has been invited yet, so there is no one to share.",
      ),
      count,
    ),
    el("div", { class: "field" }, el("label", {}, "Heading", title),
      el("p", { class: "fine" }, "Left empty, the job's title is shown.")),
    el("div", { class: "field" }, el("label", {}, "Open for", hours)),
    el("label", { class: "check" }, initials, el("span", {}, "Shorten names to initials",
      el("span", { class: "fine block" }, "In transcripts and quotes too, as far as the names are written there as they are here."))),
    el("p", { class: "buttons" }, submit),
    report,
  );
  form.addEventListener("change", recount);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(submit, "Creating…", async () => {
      fill(report);
      const wish = {
        candidate_ids: boxes.filter((box) => box.checked).map((box) => Number(box.value)),
        expires_in_hours: Number(hours.value),
        initials_only: initials.checked,
        ...(title.value.trim() && { title: title.value.trim() }),
      };
      try {
        const share = await createShare(jobId, wish);
        showShares(links, (await listShares(jobId)).items);
        announce("The link was created.");
        const field = links.querySelector(`[data-share-id="${CSS.escape(share.share_id)}"] .copy`);
        field?.focus();
        field?.scrollIntoView({ block: "nearest" });
      } catch (problem) {
        const box = problemBox("The link could not be created", problem);
        fill(report, box);
        box.focus();
      }
    });
  });
  recount();
  return form;
}

function choice(item, box) {
  const where = known(item.total_score) ? score(item.total_score) : el("span", { class: "unknown" }, item.needs_review ? NEEDS_REVIEW : stateWord(item.interview_status));
  return el("li", {}, el(
    "label", { class: "check" }, box,
    el("span", { class: "choice" },
      el("bdi", { class: "choice-name" }, item.candidate_name || `Candidate ${item.candidate_id}`),
      el("span", { class: "choice-score" }, where)),
  ));
}

function showShares(parent, shares) {
  fill(parent, shares.length
    ? el("ul", { class: "share-list" }, shares.map((share) => shareItem(parent, share, shares)))
    : el("p", { class: "empty" }, "Nothing has been shared for this job yet."));
}

function shareItem(parent, share, shares) {
  const report = el("div", { class: "report" });
  const names = share.candidates.map((one) => one.candidate_name);
  const heading = share.title || (names.length ? names.join(", ") : "Nobody any more");
  const replace = (changed) => showShares(parent, shares.map((one) => (one.share_id === changed.share_id ? changed : one)));
  return el(
    "li", { class: "share", data: { shareId: share.share_id, status: share.status } },
    el("p", { class: "share-head" }, el("bdi", { class: "share-title" }, heading),
      el("span", { class: "share-status" }, STATUSES[share.status] ?? share.status)),
    share.title && el("p", { class: "fine", dir: "auto" }, names.join(", ")),
    el("p", { class: "fine" },
      share.initials_only && "Initials only · ",
      opened(share),
      share.status === "expired" && [" · ran out ", time(share.expires_at)],
      share.status === "revoked" && [" · taken back ", time(share.revoked_at)],
    ),
    share.url && entryLink(share.url, share.expires_at, heading, { what: "Shared link" }),
    share.url && el("p", {}, takeBack(share, report, replace)),
    report,
  );
}

function opened(share) {
  if (!share.opened_count) return "Not opened yet";
  const times = share.opened_count === 1 ? "once" : `${number(share.opened_count)} times`;
  return [`Opened ${times}, last `, time(share.last_opened_at)];
}

/** A link that is taken back stays so: it is asked for twice, in the same place. */
function takeBack(share, report, replace) {
  const ask = button("Take Back", () => {
    const sure = button("Yes, Take It Back", (press) => whileBusy(press.currentTarget, "Taking back…", async () => {
      try {
        replace(await revokeShare(share.share_id));
        announce("The link no longer works.");
      } catch (problem) {
        fill(report, problemBox("The link could not be taken back", problem));
      }
    }), { kind: "small danger" });
    const keep = button("Keep It", () => {
      fill(report);
      ask.focus();
    }, { kind: "small" });
    fill(report, el("div", { class: "notice with-errors", role: "group", "aria-label": "Take the link back" },
      el("p", {}, "Take this link back? It stops working at once, and for good."), el("p", { class: "buttons" }, sure, keep)));
    keep.focus();
  }, { kind: "small" });
  return ask;
}
