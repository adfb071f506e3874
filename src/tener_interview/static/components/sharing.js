/** Sharing a shortlist: for whom, for how long, with or without names; and the existing links. */

import { createShare, leaderboard, listShares, revokeShare } from "../lib/api.js";
import { MAX_LEADERBOARD } from "../lib/dashboard.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { known, number, score, time } from "../lib/format.js";
import { NEEDS_REVIEW, rules, statusLabel } from "../lib/rules.js";
import { openDialog } from "./dialog.js";
import { linkField } from "./link.js";
import { problemBox } from "./problem.js";

const HOURS = [[24, "1 day"], [72, "3 days"], [168, "1 week"], [336, "2 weeks"], [720, "30 days"]];
const { candidate_ids: { maxItems: MAX_SHARED }, expires_in_hours: { default: USUAL_HOURS }, title: { maxLength: MAX_TITLE } } = rules.limits.share;
const FIRST_CHOSEN = 5;

/** Open the dialog for a job. `chosen` are the ids of candidates that are already selected. */
export function openSharing(jobId, jobTitle, chosen) {
  const body = el("div", { class: "sharing-body" }, el("p", { class: "empty" }, "Loading the ranking…"));
  openDialog("sharing", "Share a shortlist", body);
  return load(body, jobId, jobTitle, chosen);
}

async function load(body, jobId, jobTitle, chosen) {
  try {
    const [ranking, shares] = await Promise.all([leaderboard(jobId, { limit: MAX_LEADERBOARD }), listShares(jobId)]);
    const links = el("div", { id: "shares" });
    fill(body, shareForm(jobId, jobTitle, ranking.items, links, chosen), el("h3", {}, "Shared links"), links);
    showShares(links, shares.items);
  } catch (problem) {
    const retry = () => load(body, jobId, jobTitle, chosen);
    fill(body, problemBox("The ranking could not be loaded", problem, { retry }));
  }
}

/** The form. Its contents are kept when something fails. */
function shareForm(jobId, jobTitle, items, links, chosen) {
  const report = el("div", { class: "report" });
  const submit = el("button", { class: "button primary", type: "submit" }, "Create Link");
  const title = el("input", { name: "title", type: "text", maxlength: MAX_TITLE, placeholder: jobTitle ?? "" });
  const initials = el("input", { name: "initials", type: "checkbox" });
  const answers = el("input", { name: "answers", type: "checkbox" });
  const hours = el("select", { name: "hours" }, HOURS.map(([value, label]) => (
    el("option", { value, selected: value === USUAL_HOURS }, label)
  )));
  const boxes = items.map((item, place) => el("input", {
    type: "checkbox", name: "candidate", value: item.candidate_id,
    checked: chosen.length ? chosen.includes(item.candidate_id) : place < FIRST_CHOSEN && known(item.total_score),
  }));
  const count = el("span", { class: "muted", "aria-live": "polite" });
  const recount = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    fill(count, chosen > MAX_SHARED ? `${chosen} selected; at most ${MAX_SHARED} can be shared` : `${chosen} selected`);
    submit.disabled = chosen === 0 || chosen > MAX_SHARED;
  };
  const form = el(
    "form", { class: "share-form" },
    el("p", { class: "muted" }, "Anyone with the link can read the shortlist without an account until it expires or you revoke it. "
      + "It shows scores, reasons and transcripts, but no e-mail addresses, IDs or videos."),
    el("fieldset", { class: "share-candidates" }, el("legend", {}, "Candidates"),
      items.length ? el("ol", { class: "choices" }, items.map((item, place) => choice(item, boxes[place]))) : el(
        "p", { class: "empty" }, "Nobody has been invited yet, so there is nobody to share.",
      ),
      count,
    ),
    el("div", { class: "field" }, el("label", {}, "Heading", title),
      el("p", { class: "muted" }, "If empty, the job title is shown.")),
    el("div", { class: "field" }, el("label", {}, "Expires in", hours)),
    el("label", { class: "check" }, initials, el("span", {}, "Shorten names to initials",
      el("span", { class: "muted block" }, "Also in transcripts and quotes, where names are spelled as they are here."))),
    el("label", { class: "check" }, answers, el("span", {}, "Let readers leave a recommendation",
      el("span", { class: "muted block" }, "And a note, under a name they type. You see it beside the candidate; it enters no score."))),
    el("p", { class: "buttons" }, submit),
    report,
  );
  form.addEventListener("change", recount);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(submit, "Creating…", async () => {
      fill(report);
      const body = {
        candidate_ids: boxes.filter((box) => box.checked).map((box) => Number(box.value)),
        expires_in_hours: Number(hours.value),
        initials_only: initials.checked,
        allow_answers: answers.checked,
        ...(title.value.trim() && { title: title.value.trim() }),
      };
      try {
        const share = await createShare(jobId, body);
        showShares(links, (await listShares(jobId)).items);
        announce("The link was created.");
        const field = links.querySelector(`[data-share-id="${CSS.escape(share.share_id)}"] .copy-button`);
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
  const where = known(item.total_score) ? score(item.total_score) : el("span", { class: "unknown" }, item.needs_review ? NEEDS_REVIEW : statusLabel(item.interview_status));
  return el("li", {}, el(
    "label", { class: "check" }, box,
    el("span", { class: "choice" },
      el("bdi", {}, item.candidate_name || `Candidate ${item.candidate_id}`),
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
  const names = share.candidates.map((item) => item.candidate_name);
  const heading = share.title || (names.length ? names.join(", ") : "No candidates left");
  const replace = (changed) => showShares(parent, shares.map((item) => (item.share_id === changed.share_id ? changed : item)));
  return el(
    "li", { class: "share", data: { shareId: share.share_id, status: share.status } },
    el("p", { class: "share-head" }, el("bdi", {}, heading),
      el("span", { class: "share-status" }, rules.shares[share.status] ?? share.status)),
    share.title && el("p", { class: "muted", dir: "auto" }, names.join(", ")),
    el("p", { class: "muted" },
      share.initials_only && "Initials only · ",
      share.allow_answers && "Readers may recommend · ",
      opened(share),
      share.status === "expired" && [" · expired ", time(share.expires_at)],
      share.status === "revoked" && [" · revoked ", time(share.revoked_at)],
    ),
    share.url && linkField(share.url, share.expires_at, heading, { what: "Shared link" }),
    share.url && el("p", {}, revokeButton(share, report, replace)),
    report,
  );
}

function opened(share) {
  if (!share.opened_count) return "Not opened yet";
  const times = share.opened_count === 1 ? "once" : `${number(share.opened_count)} times`;
  return [`Opened ${times}, last `, time(share.last_opened_at)];
}

/** A button that revokes a link, which cannot be undone, so it asks first. */
function revokeButton(share, report, replace) {
  const ask = button("Revoke", () => {
    const sure = button("Yes, Revoke It", (press) => whileBusy(press.currentTarget, "Revoking…", async () => {
      try {
        replace(await revokeShare(share.share_id));
        announce("The link no longer works.");
      } catch (problem) {
        fill(report, problemBox("The link could not be revoked", problem));
      }
    }), { kind: "small danger" });
    const keep = button("Keep It", () => {
      fill(report);
      ask.focus();
    }, { kind: "small" });
    fill(report, el("div", { class: "notice with-errors", role: "group", "aria-label": "Revoke the link" },
      el("p", {}, "Revoke this link? It stops working immediately, and this cannot be undone."), el("p", { class: "buttons" }, sure, keep)));
    keep.focus();
  }, { kind: "small" });
  return ask;
}
