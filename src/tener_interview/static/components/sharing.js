/** Sharing a shortlist: for whom, for how long, with or without names; and the existing links. */

import { createShare, leaderboard, listShares, revokeShare } from "../lib/api.js";
import { constants, NEEDS_REVIEW, statusLabel } from "../lib/constants.js";
import { BEST_COUNT, MAX_LEADERBOARD } from "../lib/dashboard.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { candidateName, isKnown, number, score, time } from "../lib/format.js";
import { t, tn, tNodes, tnNodes } from "../lib/texts.js";
import { openDialog } from "./dialog.js";
import { linkField } from "./link.js";
import { problemBox } from "./problem.js";

const HOURS = [[24, t("1 day")], [72, t("3 days")], [168, t("1 week")], [336, t("2 weeks")], [720, t("30 days")]];
const { candidate_ids: { maxItems: MAX_SHARED }, expires_in_hours: { default: USUAL_HOURS }, title: { maxLength: MAX_TITLE } } = constants.limits.share;
const HOUR_MS = 3_600_000;

/** Open the dialog for a job. `chosen` are the ids of candidates that are already selected. */
export function openSharing(jobId, jobTitle, chosen) {
  const body = el("div", { class: "sharing-body" }, el("p", { class: "empty" }, t("Loading the ranking…")));
  openDialog("sharing", t("Share a shortlist"), body);
  return load(body, jobId, jobTitle, chosen);
}

async function load(body, jobId, jobTitle, chosen) {
  try {
    const [ranking, shares] = await Promise.all([leaderboard(jobId, { limit: MAX_LEADERBOARD, candidates: true }), listShares(jobId)]);
    const links = el("div", { id: "shares" });
    fill(body, shareForm(jobId, jobTitle, ranking.items, links, chosen), el("h3", {}, t("Shared links")), links);
    showShares(links, shares.items);
  } catch (problem) {
    const retry = () => load(body, jobId, jobTitle, chosen);
    fill(body, problemBox(t("The ranking could not be loaded"), problem, { retry }));
  }
}

/** The form. Its contents are kept when something fails. */
function shareForm(jobId, jobTitle, items, links, chosen) {
  const report = el("div", { class: "report" });
  const submit = el("button", { class: "button primary", type: "submit" }, t("Create Link"));
  const title = el("input", { name: "title", type: "text", maxlength: MAX_TITLE, placeholder: jobTitle ?? "" });
  const initials = el("input", { name: "initials", type: "checkbox" });
  const answers = el("input", { name: "answers", type: "checkbox" });
  const hours = el("select", { name: "hours" }, HOURS.map(([value, label]) => (
    el("option", { value, selected: value === USUAL_HOURS }, label)
  )));
  const boxes = items.map((item) => el("input", {
    type: "checkbox", name: "candidate", value: item.candidate_id, checked: chosen.includes(item.candidate_id),
  }));
  const count = el("span", { class: "muted", "aria-live": "polite" });
  const summary = el("ul", { class: "notice share-summary", "aria-label": t("What the link shows") });
  const recount = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    fill(count, chosen > MAX_SHARED
      ? t("{count} selected; at most {most} can be shared", { count: number(chosen), most: MAX_SHARED })
      : t("{count} selected", { count: number(chosen) }));
    submit.disabled = chosen === 0 || chosen > MAX_SHARED;
    summary.hidden = submit.disabled;
    fill(summary, whatIsShared({ count: chosen, initials: initials.checked, answers: answers.checked, hours: Number(hours.value) }).map((line) => el("li", {}, line)));
  };
  const choose = (label, some) => some.length > 0 && some.length <= MAX_SHARED && button(`${label} (${number(some.length)})`, () => {
    for (const [place, box] of boxes.entries()) box.checked = some.includes(items[place]);
    recount();
    submit.focus();
  }, { kind: "small" });
  const form = el(
    "form", { class: "share-form" },
    el("fieldset", { class: "share-candidates" }, el("legend", {}, t("Candidates")),
      items.length ? el("ol", { class: "choices" }, items.map((item, place) => candidateChoice(item, boxes[place]))) : el(
        "p", { class: "empty" }, t("Nobody has been invited yet, so there is nobody to share."),
      ),
      el("div", { class: "buttons share-choose" }, choose(t("Choose the Best"), bestOf(items)), choose(t("Choose Advanced Candidates"), items.filter((item) => item.decision === "advance")), count),
    ),
    el("div", { class: "share-fields" },
      el("div", { class: "field" }, el("label", {}, t("Heading"), title)),
      el("div", { class: "field" }, el("label", {}, t("Expires in"), hours))),
    el("label", { class: "check" }, initials, el("span", {}, t("Shorten names to initials"),
      el("span", { class: "muted block" }, t("Also in transcripts and quotes, where names are spelled as they are here.")))),
    el("label", { class: "check" }, answers, el("span", {}, t("Let readers leave a recommendation"),
      el("span", { class: "muted block" }, t("And a note, under a name they enter. You see it beside the candidate; it does not affect scores.")))),
    summary,
    el("footer", { class: "dialog-foot" }, report, el("p", { class: "buttons" }, submit)),
  );
  form.addEventListener("change", recount);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(submit, t("Creating…"), async () => {
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
        // The next key copies it.
        const copy = links.querySelector(`[data-share-id="${CSS.escape(share.share_id)}"] .copy-button`);
        fill(report, el("p", {}, t("The link was created.")));
        announce(t("The link was created. Press Enter to copy it."));
        copy?.focus();
        copy?.scrollIntoView({ block: "nearest" });
      } catch (problem) {
        const box = problemBox(t("The link could not be created"), problem);
        fill(report, box);
        box.focus();
      }
    });
  });
  recount();
  return form;
}

/** The highest ranks, with everybody who cannot be distinguished from the last of them. */
function bestOf(items) {
  const ranked = items.filter((item) => isKnown(item.rank));
  const last = ranked[BEST_COUNT - 1];
  return ranked.filter((item, place) => place < BEST_COUNT || (last.close_group !== null && item.close_group === last.close_group));
}

/** Who can read what, and until when, shown before the link is created. */
function whatIsShared({ count, initials, answers, hours }) {
  const until = time(new Date(Date.now() + hours * HOUR_MS).toISOString());
  return [
    initials
      ? tn(count, "{count} candidate by initials, with rank, score, reasons and transcripts", "{count} candidates by initials, with ranks, scores, reasons and transcripts")
      : tn(count, "{count} candidate by name, with rank, score, reasons and transcripts", "{count} candidates by name, with ranks, scores, reasons and transcripts"),
    t("No videos, e-mail addresses or IDs"),
    tNodes("For anyone with the link, without an account, until {time}; you can revoke it before", { time: until }),
    answers ? t("Readers can leave a recommendation and a note") : t("Readers can only read"),
  ];
}

function candidateChoice(item, box) {
  const where = isKnown(item.total_score) ? score(item.total_score) : el("span", { class: "unknown" }, item.needs_review ? NEEDS_REVIEW : statusLabel(item.interview_status));
  return el("li", {}, el(
    "label", { class: "check" }, box,
    el("span", { class: "choice" },
      el("bdi", {}, candidateName(item)),
      el("span", { class: "choice-score" }, where)),
  ));
}

function showShares(parent, shares) {
  fill(parent, shares.length
    ? el("ul", { class: "share-list" }, shares.map((share) => shareItem(parent, share, shares)))
    : el("p", { class: "empty" }, t("Nothing has been shared for this job yet.")));
}

function shareItem(parent, share, shares) {
  const report = el("div", { class: "report" });
  const names = share.candidates.map((item) => item.candidate_name);
  const heading = share.title || (names.length ? names.join(", ") : t("No candidates left"));
  const replace = (changed) => showShares(parent, shares.map((item) => (item.share_id === changed.share_id ? changed : item)));
  return el(
    "li", { class: "share", data: { shareId: share.share_id, status: share.status } },
    el("p", { class: "share-head" }, el("bdi", {}, heading),
      el("span", { class: "share-status" }, constants.shares[share.status] ?? share.status)),
    share.title && el("p", { class: "muted", dir: "auto" }, names.join(", ")),
    el("p", { class: "muted" },
      share.initials_only && `${t("Initials only")} · `,
      share.allow_answers && `${t("Readers may recommend")} · `,
      openedText(share),
      share.status === "expired" && [" · ", tNodes("expired {time}", { time: time(share.expires_at) })],
      share.status === "revoked" && [" · ", tNodes("revoked {time}", { time: time(share.revoked_at) })],
    ),
    share.url && linkField(share.url, share.expires_at, heading, { what: t("Shared link") }),
    share.url && el("p", {}, revokeButton(share, report, replace)),
    report,
  );
}

function openedText(share) {
  if (!share.opened_count) return t("Not opened yet");
  return tnNodes(share.opened_count, "Opened once, last {time}", "Opened {count} times, last {time}", { time: time(share.last_opened_at) });
}

/** A button that revokes a link, which cannot be undone, so it asks first. */
function revokeButton(share, report, replace) {
  const ask = button(t("Revoke"), () => {
    const sure = button(t("Yes, Revoke It"), (press) => whileBusy(press.currentTarget, t("Revoking…"), async () => {
      try {
        replace(await revokeShare(share.share_id));
        announce(t("The link no longer works."));
      } catch (problem) {
        fill(report, problemBox(t("The link could not be revoked"), problem));
      }
    }), { kind: "small danger" });
    const keep = button(t("Keep It"), () => {
      fill(report);
      ask.focus();
    }, { kind: "small" });
    fill(report, el("div", { class: "notice with-errors", role: "group", "aria-label": t("Revoke the link") },
      el("p", {}, t("Revoke this link? It stops working immediately, and this cannot be undone.")), el("p", { class: "buttons" }, sure, keep)));
    keep.focus();
  }, { kind: "small" });
  return ask;
}
