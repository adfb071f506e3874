/** Users: who may use the service, in which role, and for which jobs; and tokens of machines. */

import { attempt, dangerButton, secret, tokenCells, when } from "../components/people.js";
import { signInAgain } from "../components/signin.js";
import { listJobs, onSignedOut } from "../lib/api.js";
import { announce, button, byId, el, fill, hiddenText } from "../lib/dom.js";
import {
  changeUser, createToken, inviteUser, listTokens, listUsers, readReviewers, removeUser, resetUser, revokeToken, saveReviewers,
} from "../lib/people_api.js";

const ROLES = { reviewer: "Reviewer", recruiter: "Recruiter", admin: "Admin" };
const STATES = { invited: "Has to set a password", active: "Active", disabled: "Disabled" };

/** Title of each job of the source, by id. */
let titles = new Map();

onSignedOut(signInAgain);

byId("invite").addEventListener("submit", (submit) => {
  submit.preventDefault();
  attempt(submit.submitter, "Nobody was invited", async () => {
    const body = { email: byId("invite-email").value, name: byId("invite-name").value, role: byId("invite-role").value };
    showLink(await inviteUser(body));
    submit.target.reset();
    await showUsers();
  });
});

byId("new-token").addEventListener("submit", (submit) => {
  submit.preventDefault();
  attempt(submit.submitter, "No token was created", async () => {
    const days = Number(byId("token-days").value);
    const body = { name: byId("token-name").value, role: byId("token-role").value, read_only: byId("token-read").checked };
    const created = await createToken({ ...body, ...(days && { expires_in_days: days }) });
    fill(byId("token"), secret(`Token for ${created.name}`, created.token, "It is shown only now. Send it as Authorization: Bearer."));
    submit.target.reset();
    await showTokens();
  });
});

function showLink({ user, url, expires_at: expiresAt }) {
  const about = el("span", {}, `Send this link to ${user.email}. It works once, until `, when(expiresAt), ". It is shown only now.");
  fill(byId("link"), secret(`Link for ${user.name}`, url, about));
  byId("link").querySelector("input").focus();
  announce(`A link for ${user.name} was created.`);
}

async function showUsers() {
  const { items } = await listUsers();
  fill(byId("users"), items.length ? items.map(userRow) : el("tr", {}, el("td", { colspan: 5, class: "empty" }, "There are no users yet.")));
}

function userRow(user) {
  const role = el(
    "select", { "aria-label": `Role of ${user.name}`, on: { change: () => attempt(role, "The role was not changed", async () => {
      await changeUser(user.user_id, { role: role.value });
      announce(`${user.name} is ${ROLES[role.value].toLowerCase()} now.`);
    }).then(showUsers) } },
    Object.entries(ROLES).map(([value, label]) => el("option", { value, selected: value === user.role }, label)),
  );
  const jobs = user.job_ids.map((jobId) => titles.get(jobId) ?? `Job ${jobId}`);
  const choose = button(jobs.length ? "Change" : "Assign", () => chooseJobs(user), { kind: "small" });
  choose.append(hiddenText(` jobs of ${user.name}`));
  const act = (what, work) => (control) => attempt(control, what, async () => {
    await work();
    await showUsers();
  });
  const reset = dangerButton("Reset", user.name, "The password and all logins end.", act("The user was not reset", async () => {
    showLink(await resetUser(user.user_id, user.one_time_codes));
  }));
  const disable = dangerButton("Disable", user.name, "All logins and tokens end.", act("The user was not disabled", () => changeUser(user.user_id, { disabled: true })));
  const enable = button("Enable", (press) => act("The user was not enabled", () => changeUser(user.user_id, { disabled: false }))(press.currentTarget), { kind: "small" });
  const remove = dangerButton("Remove", user.name, "Name and address are deleted for good.", act("The user was not removed", () => removeUser(user.user_id)));
  return el(
    "tr", { class: user.status === "disabled" ? "ended" : null, data: { userId: user.user_id } },
    el("th", { scope: "row" }, el("span", { class: "block", dir: "auto" }, user.name), el("span", { class: "muted" }, user.email)),
    el("td", {}, role),
    el("td", {}, jobs.length > 0 && el("span", { class: "block", dir: "auto" }, jobs.join(", ")), choose),
    el("td", {}, STATES[user.status], user.one_time_codes && el("span", { class: "block muted" }, "one-time codes")),
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
  const save = button("Save", () => attempt(save, "The jobs were not saved", async () => {
    for (const box of cell.querySelectorAll("input")) {
      const jobId = Number(box.value);
      if (box.checked !== user.job_ids.includes(jobId)) await assign(jobId, user.user_id, box.checked);
    }
    announce("The jobs were saved.");
    await showUsers();
  }), { kind: "small primary" });
  fill(cell, boxes.length ? boxes : "There are no jobs.", el("div", { class: "buttons" }, save, button("Cancel", showUsers, { kind: "small" })));
  cell.querySelector("input, button").focus();
}

async function assign(jobId, userId, isAssigned) {
  const { items } = await readReviewers(jobId);
  const others = items.map((reviewer) => reviewer.user_id).filter((id) => id !== userId);
  await saveReviewers(jobId, isAssigned ? [...others, userId] : others);
}

async function showTokens() {
  const { items } = await listTokens();
  fill(byId("tokens"), items.length ? items.map(tokenRow) : el("tr", {}, el("td", { colspan: 6, class: "empty" }, "There are no tokens.")));
}

function tokenRow(token) {
  const revoke = dangerButton("Revoke", token.name, "It stops working at once.", (control) => attempt(control, "The token was not revoked", async () => {
    await revokeToken(token.token_id);
    await showTokens();
  }));
  return el(
    "tr", { class: token.status === "active" ? null : "ended" },
    el("th", { scope: "row", dir: "auto" }, token.name),
    el("td", { dir: "auto" }, token.user_name ?? "a machine"),
    tokenCells(token),
    el("td", { class: "actions" }, token.status === "active" && revoke),
  );
}

attempt(byId("invite").querySelector("button"), "The users could not be loaded", async () => {
  const jobs = await listJobs().catch(() => ({ items: [] }));
  titles = new Map(jobs.items.map((job) => [job.id ?? job.job_id, job.title]));
  await Promise.all([showUsers(), showTokens()]);
});
