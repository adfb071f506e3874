"""The names of everything that the audit log can say, in one table. Tests compare it with what the code appends."""

from __future__ import annotations

#: Action -> what it means.
ACTIONS: dict[str, str] = {
    # The log and the database.
    "log.unverified": "The end of the log was not what this service had left: it was changed, or the secret was"
                      " replaced without naming the previous one.",
    "database.restored": "A backup replaced the database. `abandoned` is the end of the log that it replaced.",
    "database.migrated": "The database was copied from a SQLite file.",
    "database.imported": "Sessions of the previous service were taken over.",
    # People who use the service.
    "login.created": "Somebody signed in.",
    "login.refused": "Somebody was not let in with a password or code; the subject is the user, if there is one.",
    "login.ended": "Somebody signed out, or a login was revoked.",
    "user.invited": "A user was invited.",
    "user.joined": "An invited user set a password.",
    "user.role_changed": "A user got another role.",
    "user.changed": "A user's name or e-mail address was changed.",
    "user.disabled": "A user may no longer sign in.",
    "user.enabled": "A user may sign in again.",
    "user.removed": "A user was removed.",
    "user.reset": "A user got a link to set a new password.",
    "user.password_changed": "A user set a new password.",
    "user.codes_enabled": "A user signs in with one-time codes from now on.",
    "user.codes_disabled": "A user signs in without one-time codes from now on.",
    "user.recovery_codes_made": "A user got new recovery codes.",
    "token.created": "A token of the API was made.",
    "token.revoked": "A token of the API was revoked.",
    # Jobs.
    "job.settings_changed": "Settings of a job were changed; `before` and `after` have those that differ.",
    "job.reviewers_changed": "Other users review a job.",
    "job.position_changed": "A job has another position at the provider.",
    "plan.saved": "The draft of a plan was saved by a person.",
    "plan.published": "A plan was published: candidates invited from now on get its questions.",
    "model_answer.added": "An answer of a candidate became a model answer.",
    "model_answer.removed": "A model answer was taken back.",
    "notice.changed": "The notice that candidates agree to has a new version.",
    # Automatic deliveries.
    "outbox.sent_again": "Something that had not arrived was sent once more, because a person said so.",
    # Sessions.
    "session.started": "A candidate was invited.",
    "session.canceled": "A session and its link were canceled.",
    "session.corrected": "A candidate's name, e-mail address or language was corrected; `fields` says which.",
    "session.link_changed": "A link got another lifetime, or was replaced.",
    "session.scored": "The machine scored an interview; `versions` says with which engine, plan and formula.",
    "session.rescored": "The machine scored an interview again; `before` and `after` have the totals.",
    "session.needs_review": "The machine gave no total, or the totals differ too much; a person has to look.",
    "session.judged": "The language model gave its opinion of an interview; `disputed` if that makes people look.",
    "judge.asked": "The language model was asked about the interviews of a job that it has not judged.",
    # Messages to candidates.
    "message.sent": "A person sent a message to a candidate, or noted that it was sent by hand.",
    "message.canceled": "A person canceled a message before it left.",
    "messages.paused": "A person paused all e-mail.",
    "messages.resumed": "A person let e-mail go on.",
    "template.changed": "The words of a kind of message were changed, or those of the service count again.",
    "opt_out.recorded": "A candidate wants no more messages.",
    "opt_out.withdrawn": "A candidate wants messages again.",
    # People who decide.
    "review.drafted": "An assistant wrote in the draft of a review, for its reviewer to submit.",
    "review.submitted": "A reviewer submitted a review.",
    "review.amended": "A reviewer changed a submitted review.",
    "override.set": "A person put a score in place of the machine's.",
    "override.removed": "The machine's score counts again.",
    "decision.made": "Somebody decided about a candidate.",
    "decision.undone": "A decision was undone.",
    "decision_reasons.changed": "The company's list of reasons was changed.",
    "share.created": "A shortlist was shared by a link.",
    "share.revoked": "A shared link was revoked.",
    "share.opened": "Somebody opened a shared shortlist, at most once an hour.",
    "share.recommended": "Somebody with a shared link left a recommendation.",
    # What leaves the service by itself.
    "endpoint.created": "An endpoint was added, which gets events.",
    "endpoint.changed": "An endpoint was changed, disabled or enabled; `fields` says what.",
    "endpoint.deleted": "An endpoint was removed.",
    "endpoint.secret_rotated": "An endpoint got a new secret.",
    "delivery.replayed": "Events were sent to an endpoint once more.",
    # Candidates' rights.
    "consent.given": "A candidate agreed to the notice of a job.",
    "consent.refused": "A candidate did not agree to the notice of a job.",
    "consent.recorded": "A recruiter recorded that a candidate agreed elsewhere.",
    "correction.added": "What a candidate has to say about a score was recorded.",
    "correction.removed": "What a candidate has to say about a score was removed.",
    "candidate.erased": "A candidate was erased.",
    "retention.erased": "Sessions past the retention time were erased.",
    "export.made": "Data were taken out of the service; `what` says which.",
    "fairness.computed": "Selection rates were computed from a list that was not kept.",
}
