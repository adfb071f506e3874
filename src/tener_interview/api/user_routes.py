"""The routes of users, their accounts and tokens: a part of the route table."""

from __future__ import annotations

from ..web.lanes import Lane
from ..web.router import Access, Route

_PUBLIC, _ADMIN = Access.PUBLIC, Access.ADMIN
_RECRUITER, _REVIEWER = Access.RECRUITER, Access.REVIEWER

USER_ROUTES: tuple[Route, ...] = (
    Route("GET", "/login", "api.sign_in.login_form", _PUBLIC, "the sign-in page"),
    Route("POST", "/login", "api.sign_in.log_in", _PUBLIC, "sign in with a password or the admin token",
          max_body_bytes=16_384, lane=Lane.PASSWORD),
    Route("POST", "/logout", "api.sign_in.log_out", _PUBLIC, "sign out", max_body_bytes=16_384),
    Route("GET", "/set-password/{token}", "api.sign_in.password_form", _PUBLIC, "a user's one-time link"),
    Route("POST", "/set-password/{token}", "api.sign_in.set_password", _PUBLIC, "set a password by a one-time link",
          max_body_bytes=16_384, lane=Lane.PASSWORD),
    Route("GET", "/users", "api.users.users_page", _ADMIN, "the page of users and API tokens"),
    Route("GET", "/account", "api.account.account_page", _REVIEWER, "the page of one's own account"),
    Route("GET", "/api/users", "api.users.list_users", _ADMIN, "all users"),
    Route("POST", "/api/users", "api.users.invite_user", _ADMIN, "invite a user by a one-time link",
          ignores_idempotency_key=True),
    Route("GET", "/api/users/{user_id}", "api.users.get_user", _ADMIN, "one user"),
    Route("PATCH", "/api/users/{user_id}", "api.users.change_user", _ADMIN,
          "change a user's name or role, or disable one"),
    Route("DELETE", "/api/users/{user_id}", "api.users.remove_user", _ADMIN,
          "remove a user for good, by making the account anonymous"),
    Route("POST", "/api/users/{user_id}/reset", "api.users.reset_user", _ADMIN,
          "reset a user: end the password and all logins, return a one-time link for a new password",
          ignores_idempotency_key=True),
    Route("GET", "/api/jobs/{job_id}/reviewers", "api.users.get_reviewers", _RECRUITER, "who reviews a job"),
    Route("PUT", "/api/jobs/{job_id}/reviewers", "api.users.put_reviewers", _RECRUITER, "choose who reviews a job"),
    Route("GET", "/api/tokens", "api.api_tokens.list_tokens", _ADMIN, "all API tokens"),
    Route("POST", "/api/tokens", "api.api_tokens.create_machine_token", _ADMIN, "create a token of a program",
          ignores_idempotency_key=True),
    Route("DELETE", "/api/tokens/{token_id}", "api.api_tokens.revoke_token", _ADMIN, "revoke anybody's token"),
    Route("GET", "/api/account", "api.account.get_account", _REVIEWER, "the caller's account"),
    Route("PATCH", "/api/account", "api.account.change_account", _REVIEWER, "change one's name"),
    Route("POST", "/api/account/password", "api.account.change_password", _REVIEWER,
          "change one's password, which ends all other logins", lane=Lane.PASSWORD, ignores_idempotency_key=True),
    Route("POST", "/api/account/one-time-codes", "api.account.create_codes_secret", _REVIEWER,
          "a secret for an authenticator app", lane=Lane.PASSWORD, ignores_idempotency_key=True),
    Route("POST", "/api/account/one-time-codes/confirm", "api.account.confirm_codes", _REVIEWER,
          "turn on one-time codes", ignores_idempotency_key=True),
    Route("POST", "/api/account/one-time-codes/disable", "api.account.disable_codes", _REVIEWER,
          "turn off one-time codes", lane=Lane.PASSWORD, ignores_idempotency_key=True),
    Route("POST", "/api/account/recovery-codes", "api.account.renew_recovery_codes", _REVIEWER,
          "new recovery codes in place of the old ones", lane=Lane.PASSWORD, ignores_idempotency_key=True),
    Route("GET", "/api/account/logins", "api.account.list_logins", _REVIEWER, "the browsers that are signed in"),
    Route("POST", "/api/account/logins/end", "api.account.end_logins", _REVIEWER,
          "end all logins, with or without this one"),
    Route("DELETE", "/api/account/logins/{login_id}", "api.account.end_login", _REVIEWER, "end one login"),
    Route("GET", "/api/account/tokens", "api.api_tokens.list_own_tokens", _REVIEWER, "one's own API tokens"),
    Route("POST", "/api/account/tokens", "api.api_tokens.create_own_token", _REVIEWER, "create a token of one's own",
          ignores_idempotency_key=True),
    Route("DELETE", "/api/account/tokens/{token_id}", "api.api_tokens.revoke_own_token", _REVIEWER,
          "revoke a token of one's own"),
)
