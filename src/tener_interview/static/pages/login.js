/** Signing in without a history entry, so that Back never leads to a submitted form. Without this, the forms submit. */

import { signIn } from "../components/signin.js";
import { byId, fill } from "../lib/dom.js";

const message = byId("message");

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", async (press) => {
    press.preventDefault();
    const go = form.querySelector("button");
    const what = Object.fromEntries(new FormData(form));
    go.disabled = true;
    const { fault, needsCode } = await signIn(what);
    go.disabled = false;
    if (fault === null) {
      // This address redirects who is signed in.
      window.location.replace(window.location.href);
      return;
    }
    if (needsCode) byId("code-field").hidden = false;
    const wrong = byId(needsCode ? "code" : "token" in what ? "token" : "password");
    const asks = needsCode && !what.code;
    message.className = asks ? "message info" : "message";
    message.setAttribute("role", "alert");
    if (!asks) wrong.setAttribute("aria-invalid", "true");
    fill(message, fault);
    wrong.select();
    wrong.focus();
  });
}
