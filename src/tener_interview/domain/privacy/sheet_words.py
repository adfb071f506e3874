"""What stored values are called on a data sheet: names of columns, and which columns hold times, codes, or yes and no.

Columns and codes that are not here appear under the names that they are stored under, so that nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Names of stored columns in words.
WORDS: Mapping[str, str] = {
    # The person and the interview.
    "candidate_name": "Name", "candidate_email": "E-mail address", "candidate_id": "Number in the company's system",
    "conversation_id": "Number of the conversation", "language": "Language", "job_id": "Number of the job",
    "shown_status": "Status of the interview",
    "is_current": "Counts for the job", "shared_with_job": "Counts for another job too",
    "created_at": "Recorded", "invited_at": "Invited", "opened_at": "Link opened", "started_at": "Started",
    "begun_at": "Began to answer", "completed_at": "Finished", "scored_at": "Scored", "erased_at": "Erased",
    "link_expires_at": "Link valid until",
    # Scores.
    "total_score": "Total score (0 to 100)", "machine_total": "The program's total",
    "total_source": "Whose total counts",
    "human_total": "Mean of people's reviews", "human_reviews": "Number of people's reviews",
    "human_spread": "Range of people's totals", "judge_total": "The language model's total",
    "judge_spread": "Range of the language model's totals", "judged_version": "Result that the language model saw",
    "override_total": "Total with people's scores", "overrides": "Number of scores that people set",
    "technical_score": "The program's technical score", "soft_skills_score": "The program's soft skills score",
    "culture_fit_score": "The program's culture fit score",
    "competency_scores": "The program's scores by competency", "pass_recommendation": "Recommendation",
    "score_confidence": "How sure the program is (0 to 1)",
    "review_reason": "Why a person has to look", "ended_review_reason": "Why a person had to look",
    "flags": "Flags of the program", "scored_questions": "Answers scored", "total_questions": "Questions",
    "judged_by": "Versions of the program that scored it", "result_version": "Number of the result",
    "ranking_group": "Number of the group that it is ranked in", "engine_version": "Version of the scorer",
    "criteria_version": "Version of the criteria", "criteria_hash": "Code of the exact criteria that were used",
    "formula_version": "Version of the formula", "formula_hash": "Code of the exact formula that was used",
    # What only the service needs.
    "status": "Stored status", "listed_as": "Status in lists", "unlisted": "Hidden from lists",
    "start_unanswered": "The system that asked for the link still waits for it",
    "updated_at": "Last change", "session_id": "Number of the interview here", "seq": "Running number of the record",
    "invitation_id": "Number of the interview at the provider", "position_id": "Interview template at the provider",
    "provider": "Interview provider", "candidate_url": "Address of the interview",
    "link_signed_expires_at": "Time written into the link",
    "link_serial": "Number of the link that works", "video_urls": "Addresses of recordings",
    "video_urls_at": "Addresses of recordings read", "last_sync_at": "Last read from the provider",
    "next_sync_at": "Next reading from the provider", "urgent": "Is read again as soon as possible",
    "awaiting_transcription": "Waits for transcripts", "last_error_message": "Last technical error",
    "last_error_code": "Code of the last technical error", "last_error_at": "Time of the last technical error",
    "plan_version": "Version of the interview plan",
    # What people said.
    "decision": "Decision", "decided_at": "Decided", "decision_revision": "Number of changes of the decision",
    "revision": "Number of the change", "undoes": "Undoes the change", "reason_id": "Number of the reason",
    "reason": "Reason", "note": "Note", "actor_kind": "Kind of person", "actor_id": "Number of the person",
    "actor_name": "Name of the person", "reviewer_id": "Number of the reviewer", "draft": "Draft",
    "version": "Version", "total": "Total", "recommendation": "Recommendation", "saved_at": "Saved",
    "submitted_at": "Submitted", "content": "Content", "blind": "Without having seen the program's score",
    "question_id": "Question", "score": "Score", "machine_score": "The program's score", "set_by": "Set by",
    "set_at": "Set", "recommendation_id": "Number of the recommendation", "share_id": "Number of the shared link",
    "author_hash": "Fingerprint of the reader's browser", "author_name": "Name of the reader",
    "ratings": "Ratings", "rating": "Rating", "notes": "Notes", "overall_rating": "Overall rating", "text": "Text",
    # The language model.
    "model": "Language model", "asked_at": "Asked", "round": "Round", "input_tokens": "Amount of text sent",
    "output_tokens": "Amount of text received", "cost": "Cost",
    # What was sent and received.
    "message_id": "Number of the message", "kind": "Kind", "by_hand": "Sent by hand", "automatic": "Sent by itself",
    "state": "Status", "attempts": "Attempts", "next_attempt_at": "Next attempt", "finished_at": "Finished",
    "answer": "What the other side answered", "outbox_id": "Number of the sending", "channel": "Sent as",
    "unique_key": "Cause", "order_key": "Order", "receiver": "Receiver", "claimed_by": "Process that sends it",
    "claimed_until": "Reserved until", "time_zone": "Time zone", "opted_out_at": "Wants no messages since",
    "opted_out_address": "Fingerprint of the address without messages", "bounced_at": "A message came back",
    "bounced_address": "Fingerprint of the address that it came back from", "bounce": "Why it came back",
    "stage": "Step", "event": "What happened", "received_at": "Received", "outcome": "Outcome", "source": "Started by",
    "action": "What was done", "error": "Error", "code": "Code", "message": "Message", "entry_url": "Link",
    "email": "E-mail address", "first_name": "First name", "external_id": "Number given by the caller",
    "hash": "Key in the address", "created_at_ms": "Recorded", "finished_at_ms": "Finished", "polls": "Times read",
    "transcripts": "Answers", "from": "Before", "to": "After", "how": "How", "fields": "Details",
    "total_score_before": "Total before", "total_source_before": "Whose total counted before",
}
#: Lists of a session, with their headings.
PARTS: Mapping[str, str] = {
    "reviews": "Reviews by people", "review_versions": "Submitted versions of reviews",
    "opinions": "What a language model thinks of the answers",
    "score_overrides": "Scores that people put in place of the program's",
    "decisions": "Decisions", "webhook_events": "Messages of the interview provider",
    "step_items": "Last answer of a batch", "model_answers": "Answers used as examples for scoring others",
    "outbox": "What the service sent, or will send, to you and to other systems",
    "kept_answers": "Answers kept for repeated requests", "demo_interview": "Demo interview",
    "messages": "Messages sent to you", "recipient": "What is known for sending messages",
}
#: What the numbers 0 and 1 of these columns mean.
YES_NO = frozenset({
    "is_current", "unlisted", "start_unanswered", "urgent", "awaiting_transcription", "blind", "by_hand", "automatic",
})
#: The kind of the codes of a column: a table of labels.
CODES: Mapping[str, str] = {
    "status": "statuses", "shown_status": "statuses", "listed_as": "statuses", "from": "statuses", "to": "statuses",
    "interview_status": "statuses", "pass_recommendation": "recommendations", "flags": "flags",
    "total_source": "total_sources", "total_source_before": "total_sources", "channel": "channels",
    "recommendation": "review_recommendations", "decision": "decisions", "kind": "messages", "state": "sendings",
    "provider": "providers", "source": "sources", "fields": "details", "actor_kind": "actors", "set_by": "actors",
}
#: The labels of codes that the lists of the API do not have.
LABELS: Mapping[str, Mapping[str, str]] = {
    "decisions": {
        "advance": "Advanced", "hold": "On hold", "reject": "Rejected", "hired": "Hired", "withdrawn": "Withdrawn",
    },
    "messages": {
        "invitation": "Invitation", "reminder": "Reminder", "link_ending": "The link runs out soon", "thanks": "Thanks",
    },
    "sendings": {
        "queued": "Waiting", "claimed": "Being sent", "handing_over": "Being sent", "delivered": "Sent",
        "parked": "Not sent", "uncertain": "May have arrived", "canceled": "Canceled", "by_hand": "Sent by hand",
    },
    "providers": {"hireflix": "Hireflix", "demo": "Demo"},
    "sources": {
        "system": "The service", "candidate": "The candidate", "provider": "Hireflix", "webhook": "Hireflix",
        "sync": "Background sync", "recruiter": "A recruiter",
    },
    "actors": {"local": "somebody on this computer"},
    "details": {"candidate_name": "name", "candidate_email": "e-mail address", "language": "language"},
}
#: What happened to an interview; `{who}` is the source of the event.
EVENTS: Mapping[str, str] = {
    "created": "The invitation was requested", "invited": "The interview was created at Hireflix",
    "adopted": "An existing interview at Hireflix was used",
    "invite_failed": "Hireflix did not accept the invitation", "refused": "Hireflix refused the invitation",
    "link_opened": "The candidate opened the link", "begun": "The candidate began the interview",
    "in_progress": "The candidate is taking the interview", "completed": "The candidate finished the interview",
    "expired": "The link expired before the candidate began", "withdrawn": "Hireflix withdrew the interview",
    "deleted": "The interview was deleted at Hireflix", "lost": "Hireflix no longer has the interview",
    "link_renewed": "{who} issued a new link", "link_extended": "{who} extended the link",
    "link_shortened": "{who} shortened the validity of the link",
    "link_replaced": "{who} replaced the link; the old one stopped working",
    "taken_over": "The interview was imported from the previous service",
    "details_corrected": "{who} corrected the details", "scored": "The answers were scored",
    "rescored": "{who} rescored the answers", "needs_review": "There is no total: the interview needs a human look",
    "judged": "The language model gave its opinion", "canceled": "{who} canceled the interview",
    "reviewed": "A review was submitted", "decided": "{who} decided about the candidate",
    "decision_undone": "{who} undid a decision", "erased": "{who} erased the candidate\u2019s data",
    "notified": "Hireflix reported a change of this interview", "total_changed": "Another total counts",
    "consent_given": "Consent was given", "consent_refused": "Consent was refused",
    "consent_withdrawn": "Consent was withdrawn",
    "message_queued": "A message was prepared", "message_sent_by_hand": "{who} sent a message by hand",
    "message_bounced": "A message came back", "correction_added": "A statement of the candidate was added",
    "correction_removed": "A statement of the candidate was removed",
    "provider_updated": "A decision, a score or the link to this scorecard was written back to Hireflix",
}
