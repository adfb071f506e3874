/** The JSON API of users, the account and tokens: one function for each request. */

import { send } from "./api.js";

const path = (...parts) => `/api/${parts.map(encodeURIComponent).join("/")}`;

export const listUsers = () => send("GET", path("users"));
export const inviteUser = (body) => send("POST", path("users"), body);
export const changeUser = (userId, body) => send("PATCH", path("users", userId), body);
export const removeUser = (userId) => send("DELETE", path("users", userId));
export const resetUser = (userId, withoutCodes) => send("POST", path("users", userId, "reset"), { without_codes: withoutCodes });
export const readReviewers = (jobId) => send("GET", path("jobs", jobId, "reviewers"));
export const saveReviewers = (jobId, userIds) => send("PUT", path("jobs", jobId, "reviewers"), { user_ids: userIds });
export const listTokens = () => send("GET", path("tokens"));
export const createToken = (body) => send("POST", path("tokens"), body);
export const revokeToken = (tokenId) => send("DELETE", path("tokens", tokenId));

export const renameAccount = (name) => send("PATCH", path("account"), { name });
export const changePassword = (current, next) =>
  send("POST", path("account", "password"), { current_password: current, new_password: next });
export const createCodesSecret = (password) => send("POST", path("account", "one-time-codes"), { password });
export const confirmCodes = (code) => send("POST", path("account", "one-time-codes", "confirm"), { code });
export const disableCodes = (password) => send("POST", path("account", "one-time-codes", "disable"), { password });
export const renewRecoveryCodes = (password) => send("POST", path("account", "recovery-codes"), { password });
export const readDigest = () => send("GET", path("account", "digest"));
export const saveDigest = (body) => send("PUT", path("account", "digest"), body);
export const listLogins = () => send("GET", path("account", "logins"));
export const endLogin = (loginId) => send("DELETE", path("account", "logins", loginId));
export const endOtherLogins = () => send("POST", path("account", "logins", "end"), {});
export const listOwnTokens = () => send("GET", path("account", "tokens"));
export const createOwnToken = (body) => send("POST", path("account", "tokens"), body);
export const revokeOwnToken = (tokenId) => send("DELETE", path("account", "tokens", tokenId));
