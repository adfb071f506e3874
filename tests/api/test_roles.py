"""Who a request is from and what the role allows: by a login, a token, or both at different times."""

from __future__ import annotations

from fakes.clock import FakeClock
from fakes.front_door import ADMIN_TOKEN, SESSIONS, MakeApp, refused
from fakes.users import add_user, login_of, signed_in
from tener_interview.actor import Role


def test_a_changed_role_applies_to_existing_logins(make_app: MakeApp, clock: FakeClock) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    recruiter, reviewer = signed_in(app, "recruiter"), signed_in(app, "reviewer", job_ids=[1, 3])
    assert recruiter.get(SESSIONS).status == 200
    assert refused(reviewer.get(SESSIONS), "FORBIDDEN") == {}
    store = app.service.store
    with store.read() as tx:
        assert reviewer.user_id
        assert tx.job_reviewers.jobs_of(reviewer.user_id) == [1, 3]
        assert tx.job_reviewers.is_assigned(3, reviewer.user_id)
        assert not tx.job_reviewers.is_assigned(2, reviewer.user_id)
    with store.write() as tx:
        assert tx.users.change_role(reviewer.user_id, "recruiter", without_admin=True)
    assert reviewer.get(SESSIONS).status == 200
    with store.write() as tx:
        assert tx.users.disable(reviewer.user_id, clock.now_ms(), without_admin=True)
        assert tx.job_reviewers.of_job(1) == []
    refused(reviewer.get(SESSIONS), "UNAUTHORIZED")
    clock.advance(hours=13)
    refused(recruiter.get(SESSIONS), "UNAUTHORIZED")


def test_the_last_admin_cannot_be_removed(make_app: MakeApp) -> None:
    app = make_app()
    users = [add_user(app, role) for role in (Role.ADMIN, Role.ADMIN, Role.RECRUITER)]
    first, second, _ = [actor.id or "" for actor in users]
    with app.service.store.write() as tx:
        assert not tx.users.disable(first, 1, without_admin=False), "the other one has no password yet"
        for user_id in (first, second):
            assert tx.users.set_password(user_id, "hash", 1, instead_of=None)
        assert tx.users.change_role(first, "reviewer", without_admin=False)
        assert not tx.users.change_role(second, "recruiter", without_admin=False)
        assert not tx.users.disable(second, 1, without_admin=False)
        assert not tx.users.remove(second, 1, name="Removed", without_admin=False)
        assert tx.users.change_role(second, "admin", without_admin=False)
        assert tx.users.remove(second, 1, name="Removed", without_admin=True)
        assert second not in {user.user_id for user in tx.users.all()}


def test_users_can_sign_in_on_a_service_without_an_admin_token(make_app: MakeApp) -> None:
    app = make_app()
    reviewer = signed_in(app, "reviewer")
    refused(reviewer.get(SESSIONS), "FORBIDDEN")
    reviewer.headers.clear()
    assert reviewer.get(SESSIONS).status == 200
    name = login_of(app, add_user(app, "recruiter", name="Ann")).partition("=")[0]
    reviewer.headers["Cookie"] = f"{name}=invented"
    assert reviewer.get(SESSIONS).status == 200
