"""The routes of users, their accounts and tokens: a part of the route table."""

from __future__ import annotations

from ..web.lanes import Lane
from ..web.router import Access, Route
from . import account, api_tokens, sign_in, users

_PUBLIC, _ADMIN = Access.PUBLIC, Access.ADMIN
_RECRUITER, _REVIEWER = Access.RECRUITER, Access.REVIEWER

USER_ROUTES: tuple[Route, ...] = (
    Route("GET", "/login", sign_in.login_form, _PUBLIC, "the sign-in page"),
    Route("POST", "/login", sign_in.log_in, _PUBLIC, "sign in with a password or the admin token",
          max_body_bytes=16_384, lane=Lane.PASSWORD),
    Route("POST", "/logout", sign_in.log_out, _PUBLIC, "sign out", max_body_bytes=16_384),
    Route("GET", "/set-password/{token}", sign_in.password_form, _PUBLIC, "a user's one-time link"),
    Route("POST", "/set-password/{token}", sign_in.set_password, _PUBLIC, "set a password by a one-time link",
          max_body_bytes=16_384, lane=Lane.PASSWORD),
    Route("GET", "/users", users.users_page, _ADMIN, "the page of users and machines' tokens"),
    Route("GET", "/account", account.account_page, _REVIEWER, "the page of one's own account"),
    Route("GET", "/api/users", users.list_users, _ADMIN, "all users"),
    Route("POST", "/api/users", users.invite_user, _ADMIN, "invite a user by a one-time link", keeps_nothing=True),
    Route("GET", "/api/users/{user_id}", users.get_user, _ADMIN, "one user"),
    Route("PATCH", "/api/users/{user_id}", users.change_user, _ADMIN, "change a user's name or role, or disable one"),
    Route("DELETE", "/api/users/{user_id}", users.remove_user, _ADMIN, "make a user anonymous, for good"),
    Route("POST", "/api/users/{user_id}/reset", users.reset_user, _ADMIN,
          "end a user's password and logins, for a one-time link to set a new one", keeps_nothing=True),
    Route("GET", "/api/jobs/{job_id}/reviewers", users.get_reviewers, _RECRUITER, "who reviews a job"),
    Route("PUT", "/api/jobs/{job_id}/reviewers", users.put_reviewers, _RECRUITER, "choose who reviews a job"),
    Route("GET", "/api/tokens", api_tokens.list_tokens, _ADMIN, "all tokens of the API"),
    Route("POST", "/api/tokens", api_tokens.create_machine_token, _ADMIN, "create a token of a machine",
          keeps_nothing=True),
    Route("DELETE", "/api/tokens/{token_id}", api_tokens.revoke_token, _ADMIN, "revoke anybody's token"),
    Route("GET", "/api/account", account.get_account, _REVIEWER, "who is signed in"),
    Route("PATCH", "/api/account", account.change_account, _REVIEWER, "change one's name"),
    Route("POST", "/api/account/password", account.change_password, _REVIEWER,
          "change one's password, which ends all other logins", lane=Lane.PASSWORD, keeps_nothing=True),
    Route("POST", "/api/account/one-time-codes", account.offer_codes, _REVIEWER,
          "a secret for an authenticator app", lane=Lane.PASSWORD, keeps_nothing=True),
    Route("POST", "/api/account/one-time-codes/confirm", account.confirm_codes, _REVIEWER,
          "ask for one-time codes from now on", keeps_nothing=True),
    Route("POST", "/api/account/one-time-codes/disable", account.disable_codes, _REVIEWER,
          "ask for no one-time codes any more", lane=Lane.PASSWORD, keeps_nothing=True),
    Route("POST", "/api/account/recovery-codes", account.renew_recovery_codes, _REVIEWER,
          "new recovery codes in place of the old ones", lane=Lane.PASSWORD, keeps_nothing=True),
    Route("GET", "/api/account/logins", account.list_logins, _REVIEWER, "the browsers that are signed in"),
    Route("POST", "/api/account/logins/end", account.end_logins, _REVIEWER, "end all other logins, or all"),
    Route("DELETE", "/api/account/logins/{login_id}", account.end_login, _REVIEWER, "end one login"),
    Route("GET", "/api/account/tokens", api_tokens.list_own_tokens, _REVIEWER, "one's own tokens of the API"),
    Route("POST", "/api/account/tokens", api_tokens.create_own_token, _REVIEWER, "create a token of one's own",
          keeps_nothing=True),
    Route("DELETE", "/api/account/tokens/{token_id}", api_tokens.revoke_own_token, _REVIEWER,
          "revoke a token of one's own"),
)
