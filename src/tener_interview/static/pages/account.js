/** Account: name, password, one-time codes, logins and tokens of whoever is signed in. */

import { attempt, dangerButton, secret, tokenCells, when } from "../components/people.js";
import { qrCode } from "../components/qr_code.js";
import { signInAgain } from "../components/signin.js";
import { onSignedOut, readAccount } from "../lib/api.js";
import { announce, button, byId, el, fill } from "../lib/dom.js";
import {
  changePassword, confirmCodes, createOwnToken, disableCodes, endLogin, endOtherLogins, listLogins, listOwnTokens,
  offerCodes, renameAccount, renewRecoveryCodes, revokeOwnToken,
} from "../lib/people_api.js";

const ROLES = { admin: "an admin", recruiter: "a recruiter", reviewer: "a reviewer" };

onSignedOut(signInAgain);

function show(account) {
  const { user } = account;
  fill(byId("who"), user ? `${user.email}, ${ROLES[user.role]}` : `You are here as: ${account.name}. Only users have a name, a password and tokens of their own.`);
  byId("own").hidden = !user;
  byId("to-users").hidden = account.role !== "admin";
  if (!user) return;
  byId("name").value = user.name;
  byId("username").value = user.email;
  const on = user.one_time_codes;
  fill(byId("codes-state"), on
    ? `On. ${account.recovery_codes_left} recovery codes are left.`
    : "Off. With one-time codes, somebody who learns your password still cannot sign in without your phone.");
  byId("codes-on").hidden = on;
  byId("codes-renew").hidden = !on;
  byId("codes-off").hidden = !on;
}

/** Handle a form without leaving the page. */
function onSubmit(id, what, work) {
  byId(id).addEventListener("submit", (submit) => {
    submit.preventDefault();
    attempt(submit.submitter, what, () => work(submit));
  });
}

onSubmit("rename", "The name was not saved", async () => {
  show(await renameAccount(byId("name").value));
  announce("The name was saved.");
  fill(byId("report"), el("p", { class: "notice" }, "The name was saved."));
});

onSubmit("change-password", "The password was not changed", async (submit) => {
  const same = byId("new").value === byId("again").value;
  byId("again").setCustomValidity(same ? "" : "The two passwords are not the same.");
  if (!submit.target.reportValidity()) return;
  const { ended } = await changePassword(byId("current").value, byId("new").value);
  submit.target.reset();
  const text = `The password was changed. Other logins ended: ${ended}.`;
  fill(byId("report"), el("p", { class: "notice" }, text));
  announce(text);
  await showLogins();
});
byId("again").addEventListener("input", () => byId("again").setCustomValidity(""));

onSubmit("codes", "One-time codes were not changed", async (submit) => {
  const password = byId("codes-password").value;
  if (submit.submitter.id === "codes-off") {
    show(await disableCodes(password));
    fill(byId("codes-body"));
    announce("One-time codes are off.");
  } else if (submit.submitter.id === "codes-renew") {
    showRecoveryCodes(await renewRecoveryCodes(password));
    show(await readAccount());
  } else {
    showSecret(await offerCodes(password));
  }
  submit.target.reset();
});

function showSecret({ secret: text, otpauth_uri: uri }) {
  const code = el("input", { id: "new-code", inputmode: "numeric", autocomplete: "one-time-code", required: true, maxlength: 20 });
  const go = el("button", { class: "button primary", type: "submit" }, "Turn On");
  const confirm = el("form", { class: "line" }, el("div", { class: "field" }, el("label", { for: code.id }, "The code that the app shows now"), code), go);
  confirm.addEventListener("submit", (submit) => {
    submit.preventDefault();
    attempt(go, "One-time codes are still off", async () => {
      const codes = await confirmCodes(code.value);
      show(await readAccount());
      showRecoveryCodes(codes);
    });
  });
  fill(
    byId("codes-body"), el("p", {}, "Scan this with an authenticator app, or type the secret or the address into it."),
    qrCode(uri, "QR code for an authenticator app"), secret("Secret", text.match(/.{1,4}/g).join(" "), "For apps without a camera."),
    secret("Address", uri, "The same as the QR code, in text."), confirm,
  );
  code.focus();
}

function showRecoveryCodes({ recovery_codes: codes }) {
  fill(byId("codes-body"), el(
    "div", { class: "secret", tabindex: "-1" }, el("strong", {}, "Recovery codes"),
    el("p", {}, "Keep them where you keep important papers: each signs you in once if the phone is lost. They are shown only now, and older ones no longer work."),
    el("ul", { class: "codes" }, codes.map((code) => el("li", {}, code))),
    el("p", { class: "buttons" }, button("Print", () => window.print(), { kind: "small" })),
  ));
  byId("codes-body").firstElementChild.focus();
  announce("One-time codes are on. The recovery codes are shown now.");
}

onSubmit("new-token", "No token was created", async (submit) => {
  const body = { name: byId("token-name").value, read_only: byId("token-read").checked, expires_in_days: Number(byId("token-days").value) };
  const created = await createOwnToken(body);
  fill(byId("token"), secret(`Token for ${created.name}`, created.token, "It is shown only now. Send it as Authorization: Bearer. It may do what you may."));
  submit.target.reset();
  await showTokens();
});

async function showTokens() {
  const { items } = await listOwnTokens();
  fill(byId("tokens"), items.length ? items.map(tokenRow) : el("tr", {}, el("td", { colspan: 5, class: "empty" }, "You have no tokens.")));
}

function tokenRow(token) {
  const revoke = dangerButton("Revoke", token.name, "It stops working at once.", (control) => attempt(control, "The token was not revoked", async () => {
    await revokeOwnToken(token.token_id);
    await showTokens();
  }));
  return el(
    "tr", { class: token.status === "active" ? null : "ended" }, el("th", { scope: "row", dir: "auto" }, token.name), tokenCells(token),
    el("td", { class: "actions" }, token.status === "active" && revoke),
  );
}

byId("end-others").addEventListener("click", (press) => attempt(press.currentTarget, "The logins did not end", async () => {
  const { ended } = await endOtherLogins();
  announce(`Other logins ended: ${ended}.`);
  await showLogins();
}));

async function showLogins() {
  const { items } = await listLogins();
  byId("end-others").disabled = !items.some((login) => !login.this_browser);
  fill(byId("logins"), items.length ? items.map(loginRow) : el("tr", {}, el("td", { colspan: 4, class: "empty" }, "Nowhere: no sign-in is needed here.")));
}

function loginRow(login) {
  const name = login.browser || "A browser that does not say which";
  const end = dangerButton("Sign Out", name, login.this_browser ? "You have to sign in again." : "", (control) => attempt(control, "The login did not end", async () => {
    await endLogin(login.login_id);
    if (login.this_browser) window.location.assign("/login");
    else await showLogins();
  }));
  return el(
    "tr", {}, el("th", { scope: "row" }, name, login.this_browser && el("span", { class: "block muted" }, "this browser")),
    el("td", {}, when(login.created_at)), el("td", {}, when(login.last_seen_at)), el("td", { class: "actions" }, end),
  );
}

attempt(byId("end-others"), "The account could not be loaded", async () => {
  const account = await readAccount();
  show(account);
  await Promise.all([showLogins(), account.user && showTokens()]);
});
