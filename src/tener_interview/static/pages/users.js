/** Users: who may use the service, in which role, and for which jobs; and tokens of programs. */

import { setUpDesk } from "../components/desk.js";
import { attempt, dangerButton, fillTable, secret, tokenCells, when } from "../components/account_widgets.js";
import { listJobs } from "../lib/api.js";
import { announce, button, byId, el, fill, hiddenText } from "../lib/dom.js";
import {
  changeUser, createToken, inviteUser, listTokens, listUsers, readReviewers, removeUser, resetUser, revokeToken, saveReviewers,
} from "../lib/users_api.js";
import { t, tNodes } from "../lib/texts.js";

const ROLES = { reviewer: t("Reviewer"), recruiter: t("Recruiter"), admin: t("Admin") };
const STATES = { invited: t("Has to set a password"), active: t("Active"), disabled: t("Disabled") };

/** Title of each job of the source, by id. */
let titles = new Map();

setUpDesk();

byId("invite").addEventListener("submit", (submit) => {
  submit.preventDefault();
  attempt(submit.submitter, t("Nobody was invited"), async () => {
    const body = { email: byId("invite-email").value, name: byId("invite-name").value, role: byId("invite-role").value };
    showLink(await inviteUser(body));
    submit.target.reset();
    await showUsers();
  });
});

byId("new-token").addEventListener("submit", (submit) => {
  submit.preventDefault();
  attempt(submit.submitter, t("No token was created"), async () => {
    const days = Number(byId("token-days").value);
    const body = { name: byId("token-name").value, role: byId("token-role").value, read_only: byId("token-read").checked };
    const created = await createToken({ ...body, ...(days && { expires_in_days: days }) });
    fill(byId("token"), secret(t("Token for {name}", { name: created.name }), created.token, t("Copy it now: it is not shown again. Send it as Authorization: Bearer.")));
    submit.target.reset();
    await showTokens();
  });
});

function showLink({ user, url, expires_at: expiresAt }) {
  const about = el("span", {}, tNodes("Send this link to {address}. It works once, until {time}. Copy it now: it is not shown again.", { address: user.email, time: when(expiresAt) }));
  fill(byId("link"), secret(t("Link for {name}", { name: user.name }), url, about));
  byId("link").querySelector("input").focus();
  announce(t("A link for {name} was created.", { name: user.name }));
}

async function showUsers() {
  const { items } = await listUsers();
  fillTable("users", items.map(userRow), t("There are no users yet."));
}

function userRow(user) {
  const role = el(
    "select", { "aria-label": t("Role of {name}", { name: user.name }), on: { change: () => attempt(role, t("The role was not changed"), async () => {
      await changeUser(user.user_id, { role: role.value });
      announce(t("{name}: {role}.", { name: user.name, role: ROLES[role.value] }));
    }).then(showUsers) } },
    Object.entries(ROLES).map(([value, label]) => el("option", { value, selected: value === user.role }, label)),
  );
  const jobs = user.job_ids.map((jobId) => titles.get(jobId) ?? t("Job {id}", { id: jobId }));
  const choose = button(jobs.length ? t("Change") : t("Assign"), () => chooseJobs(user), { kind: "small" });
  choose.append(hiddenText(` ${t("jobs of {name}", { name: user.name })}`));
  const act = (what, work) => (control) => attempt(control, what, async () => {
    await work();
    await showUsers();
  });
  // Who has not set a password yet has only a link to replace.
  const isInvited = user.status === "invited";
  const reset = dangerButton(isInvited ? t("New Link") : t("Reset Password"), user.name, isInvited ? t("The earlier link stops working.") : t("The password and all logins end."), act(t("The user was not reset"), async () => {
    showLink(await resetUser(user.user_id, user.one_time_codes));
  }));
  const disable = dangerButton(t("Disable"), user.name, t("All logins and tokens end."), act(t("The user was not disabled"), () => changeUser(user.user_id, { disabled: true })));
  const enable = button(t("Enable"), (press) => act(t("The user was not enabled"), () => changeUser(user.user_id, { disabled: false }))(press.currentTarget), { kind: "small" });
  const remove = dangerButton(t("Remove"), user.name, t("Name and address are deleted for good."), act(t("The user was not removed"), () => removeUser(user.user_id)));
  return el(
    "tr", { class: user.status === "disabled" ? "ended" : null, data: { userId: user.user_id } },
    el("th", { scope: "row" }, el("span", { class: "block", dir: "auto" }, user.name), el("span", { class: "muted" }, user.email)),
    el("td", {}, role),
    el("td", {}, jobs.length > 0 && el("span", { class: "block", dir: "auto" }, jobs.join(", ")), choose),
    el("td", {}, STATES[user.status], user.one_time_codes && el("span", { class: "block muted" }, t("one-time codes"))),
    el("td", { class: "actions" }, el("div", { class: "buttons" }, user.status === "disabled" ? enable : [reset, disable], remove)),
  );
}

/** Let an admin tick the jobs of a reviewer, in place of the row's list. */
function chooseJobs(user) {
  const cell = document.querySelector(`tr[data-user-id="${user.user_id}"] td:nth-of-type(2)`);
  const boxes = [...titles].map(([jobId, title]) => {
    const box = el("input", { type: "checkbox", value: jobId });
    box.checked = user.job_ids.includes(jobId);
    return el("label", { class: "check" }, box, el("span", { dir: "auto" }, title));
  });
  const save = button(t("Save"), () => attempt(save, t("The jobs were not saved"), async () => {
    for (const box of cell.querySelectorAll("input")) {
      const jobId = Number(box.value);
      if (box.checked !== user.job_ids.includes(jobId)) await assign(jobId, user.user_id, box.checked);
    }
    announce(t("The jobs were saved."));
    await showUsers();
  }), { kind: "small primary" });
  fill(cell, boxes.length ? boxes : t("There are no jobs."), el("div", { class: "buttons" }, save, button(t("Cancel"), showUsers, { kind: "small" })));
  cell.querySelector("input, button").focus();
}

async function assign(jobId, userId, isAssigned) {
  const { items } = await readReviewers(jobId);
  const others = items.map((reviewer) => reviewer.user_id).filter((id) => id !== userId);
  await saveReviewers(jobId, isAssigned ? [...others, userId] : others);
}

async function showTokens() {
  const { items } = await listTokens();
  fillTable("tokens", items.map(tokenRow), t("There are no tokens."));
}

function tokenRow(token) {
  const revoke = dangerButton(t("Revoke"), token.name, t("It stops working at once."), (control) => attempt(control, t("The token was not revoked"), async () => {
    await revokeToken(token.token_id);
    await showTokens();
  }));
  return el(
    "tr", { class: token.status === "active" ? null : "ended" },
    el("th", { scope: "row", dir: "auto" }, token.name),
    el("td", { dir: "auto" }, token.user_name ?? t("a program")),
    tokenCells(token),
    el("td", { class: "actions" }, token.status === "active" && revoke),
  );
}

attempt(byId("invite").querySelector("button"), t("The users could not be loaded"), async () => {
  const jobs = await listJobs().catch(() => ({ items: [] }));
  titles = new Map(jobs.items.map((job) => [job.id ?? job.job_id, job.title]));
  await Promise.all([showUsers(), showTokens()]);
});
