/** Account: name, password, one-time codes, logins and tokens of the signed-in user. */

import { setUpDesk } from "../components/desk.js";
import { attempt, dangerButton, fillTable, secret, tokenCells, when } from "../components/account_widgets.js";
import { qrCode } from "../components/qr_code.js";
import { readAccount } from "../lib/api.js";
import { announce, button, byId, el, fill } from "../lib/dom.js";
import {
  changePassword, confirmCodes, createOwnToken, disableCodes, endLogin, endOtherLogins, listLogins, listOwnTokens,
  createCodesSecret, readDigest, renameAccount, renewRecoveryCodes, revokeOwnToken, saveDigest,
} from "../lib/users_api.js";
import { fromService, t, tn } from "../lib/texts.js";

const ROLES = { admin: t("Admin"), recruiter: t("Recruiter"), reviewer: t("Reviewer") };

setUpDesk();

function show(account) {
  const { user } = account;
  fill(byId("who"), user ? `${user.email}, ${ROLES[user.role]}` : t("You are signed in as {name}. Only users have a name, a password, API tokens and a daily digest.", { name: fromService(account.name) }));
  byId("own").hidden = !user;
  if (!user) return;
  byId("name").value = user.name;
  byId("username").value = user.email;
  const on = user.one_time_codes;
  fill(byId("codes-state"), on
    ? tn(account.recovery_codes_left, "On. {count} recovery code is left.", "On. {count} recovery codes are left.")
    : t("Off. With one-time codes, somebody who learns your password still cannot sign in without your phone."));
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

onSubmit("rename", t("The name was not saved"), async () => {
  show(await renameAccount(byId("name").value));
  announce(t("The name was saved."));
  fill(byId("report"), el("p", { class: "notice" }, t("The name was saved.")));
});

onSubmit("change-password", t("The password was not changed"), async (submit) => {
  const same = byId("new").value === byId("again").value;
  byId("again").setCustomValidity(same ? "" : t("The two passwords are not the same."));
  if (!submit.target.reportValidity()) return;
  const { ended } = await changePassword(byId("current").value, byId("new").value);
  submit.target.reset();
  const text = t("The password was changed. Other logins ended: {count}.", { count: ended });
  fill(byId("report"), el("p", { class: "notice" }, text));
  announce(text);
  await showLogins();
});
byId("again").addEventListener("input", () => byId("again").setCustomValidity(""));

const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);

function showDigest({ digest_hour: hour, digest_zone: zone, can_send: canSend }) {
  const on = hour !== null;
  fill(byId("digest-state"), !canSend
    ? t("This service sends no e-mail, so there is no digest. Your administrator can set up a mail server.")
    : on ? t("On: every day at {hour}, {zone}.", { hour: HOURS[hour], zone }) : t("Off."));
  byId("digest").hidden = !canSend && !on;
  byId("digest-on").hidden = !canSend;
  byId("digest-on").textContent = on ? t("Save") : t("Turn On");
  byId("digest-off").hidden = !on;
  fill(byId("digest-hour"), HOURS.map((text, value) => el("option", { value }, text)));
  byId("digest-hour").value = hour ?? 8;
  byId("digest-zone").value = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  fill(byId("digest-zones"), Intl.supportedValuesOf("timeZone").map((value) => el("option", { value })));
}

onSubmit("digest", t("The digest was not changed"), async () => {
  showDigest(await saveDigest({ digest_hour: Number(byId("digest-hour").value), digest_zone: byId("digest-zone").value }));
  announce(t("The daily digest is on."));
});

byId("digest-off").addEventListener("click", (press) => attempt(press.currentTarget, t("The digest was not changed"), async () => {
  showDigest(await saveDigest({ digest_hour: null }));
  announce(t("The daily digest is off."));
  byId("digest-hour").focus();
}));

onSubmit("codes", t("One-time codes were not changed"), async (submit) => {
  const password = byId("codes-password").value;
  if (submit.submitter.id === "codes-off") {
    show(await disableCodes(password));
    fill(byId("codes-body"));
    announce(t("One-time codes are off."));
  } else if (submit.submitter.id === "codes-renew") {
    showRecoveryCodes(await renewRecoveryCodes(password));
    show(await readAccount());
  } else {
    showSecret(await createCodesSecret(password));
  }
  submit.target.reset();
});

function showSecret({ secret: text, otpauth_uri: uri }) {
  const code = el("input", { id: "new-code", inputmode: "numeric", autocomplete: "one-time-code", required: true, maxlength: 20 });
  const go = el("button", { class: "button primary", type: "submit" }, t("Turn On"));
  const confirm = el("form", { class: "line" }, el("div", { class: "field" }, el("label", { for: code.id }, t("The code that the app shows now")), code), go);
  confirm.addEventListener("submit", (submit) => {
    submit.preventDefault();
    attempt(go, t("One-time codes are still off"), async () => {
      const codes = await confirmCodes(code.value);
      show(await readAccount());
      showRecoveryCodes(codes);
    });
  });
  fill(
    byId("codes-body"), el("p", {}, t("Scan this with an authenticator app, or type the secret or the address into it.")),
    qrCode(uri, t("QR code for an authenticator app")), secret(t("Secret"), text.match(/.{1,4}/g).join(" "), t("For apps without a camera.")),
    secret(t("Address"), uri, t("The same as the QR code, in text.")), confirm,
  );
  code.focus();
}

function showRecoveryCodes({ recovery_codes: codes }) {
  fill(byId("codes-body"), el(
    "div", { class: "secret", tabindex: "-1" }, el("strong", {}, t("Recovery codes")),
    el("p", {}, t("Keep them in a safe place: each signs you in once if you lose your phone. They are shown only now, and older ones no longer work.")),
    el("ul", { class: "codes" }, codes.map((code) => el("li", {}, code))),
    el("p", { class: "buttons" }, button(t("Print"), () => window.print(), { kind: "small" })),
  ));
  byId("codes-body").firstElementChild.focus();
  announce(t("One-time codes are on. The recovery codes are shown now."));
}

onSubmit("new-token", t("No token was created"), async (submit) => {
  const body = { name: byId("token-name").value, read_only: byId("token-read").checked, expires_in_days: Number(byId("token-days").value) };
  const created = await createOwnToken(body);
  fill(byId("token"), secret(t("Token for {name}", { name: created.name }), created.token, t("Copy it now: it is not shown again. Send it as Authorization: Bearer. It may do what you may.")));
  submit.target.reset();
  await showTokens();
});

async function showTokens() {
  const { items } = await listOwnTokens();
  fillTable("tokens", items.map(tokenRow), t("You have no tokens."));
}

function tokenRow(token) {
  const revoke = dangerButton(t("Revoke"), token.name, t("It stops working at once."), (control) => attempt(control, t("The token was not revoked"), async () => {
    await revokeOwnToken(token.token_id);
    await showTokens();
  }));
  return el(
    "tr", { class: token.status === "active" ? null : "ended" }, el("th", { scope: "row", dir: "auto" }, token.name), tokenCells(token),
    el("td", { class: "actions" }, token.status === "active" && revoke),
  );
}

byId("end-others").addEventListener("click", (press) => attempt(press.currentTarget, t("The logins did not end"), async () => {
  const { ended } = await endOtherLogins();
  announce(t("Other logins ended: {count}.", { count: ended }));
  await showLogins();
}));

async function showLogins() {
  const { items } = await listLogins();
  byId("end-others").hidden = !items.some((login) => !login.this_browser);
  fillTable("logins", items.map(loginRow), t("Nowhere: no sign-in is needed here."));
}

function loginRow(login) {
  const name = login.browser || t("A browser that does not say which");
  const end = dangerButton(t("Sign Out"), name, login.this_browser ? t("You have to sign in again.") : "", (control) => attempt(control, t("The login did not end"), async () => {
    await endLogin(login.login_id);
    if (login.this_browser) window.location.assign("/login");
    else await showLogins();
  }));
  return el(
    "tr", {}, el("th", { scope: "row" }, name, login.this_browser && el("span", { class: "block muted" }, t("this browser"))),
    el("td", {}, when(login.created_at)), el("td", {}, when(login.last_seen_at)), el("td", { class: "actions" }, end),
  );
}

attempt(byId("end-others"), t("The account could not be loaded"), async () => {
  const account = await readAccount();
  show(account);
  await Promise.all([showLogins(), account.user && showTokens(), account.user && readDigest().then(showDigest)]);
});
