/** The draft of a review. It saves itself, tries again when that fails, and notices a second window. */

import { discardReviewDraft, outlivesPage, readReview, saveReview, submitReview } from "./api.js";
import { bodyOf, contentOf, mergeContent } from "./review_content.js";
import { SavingDraft } from "./saving_draft.js";
import { deleteFromTab, keepInTab, readFromTab } from "./tab_storage.js";
import { t } from "./texts.js";

/** How long after the last change a draft is saved. */
const SAVE_AFTER_MS = 600;
/** Failures that only another edit, or another person, can mend. */
const REFUSED = ["VALIDATION_FAILED", "BODY_TOO_LARGE", "INTERVIEW_SESSION_NOT_FOUND", "CANDIDATE_ERASED", "FORBIDDEN"];

export class ReviewDraft extends SavingDraft {
  /**
   * `openReview` is the interview as the service has it. `onState()` is called when something about saving has changed,
   * `onContent()` when the review was replaced by what another window saved.
   */
  constructor(openReview, { onState, onContent }) {
    super(REFUSED, onState);
    this.sessionId = openReview.session_id;
    this.key = `review-${this.sessionId}`;
    this.onContent = onContent;
    /** What two windows changed in different ways, and the other window's review. */
    this.conflict = null;
    this.take(openReview);
    this.content = contentOf(openReview.review);
    this.restore();
  }

  /** What the service has now. */
  take(openReview) {
    this.openReview = openReview;
    this.base = contentOf(openReview.review);
    this.savedText = text(this.base);
  }

  get unsaved() {
    return text(this.content) !== this.savedText;
  }

  /** The review was edited: keep that here at once, and save it soon. */
  changed() {
    this.keep();
    if (this.conflict) return;
    this.say("editing");
    this.later(SAVE_AFTER_MS);
  }

  async saveAll() {
    while (this.unsaved && !this.conflict) {
      const sent = text(this.content);
      this.say("saving");
      try {
        this.take(await saveReview(this.sessionId, JSON.stringify(bodyOf(this.content, this.openReview.review.revision))));
        this.savedText = sent;
      } catch (problem) {
        const mended = problem.code === "REVIEW_CHANGED" && await this.meet();
        if (!mended) return this.fail(problem);
      }
    }
    if (this.conflict) return false;
    deleteFromTab(this.key);
    return this.succeed();
  }

  /** Bring this draft together with what another window saved. Returns whether that could be read. */
  async meet() {
    const openReview = await readReview(this.sessionId, { quiet: true }).catch(() => null);
    if (openReview === null) return false;
    const theirs = contentOf(openReview.review);
    const { content, conflicts } = mergeContent(this.base, this.content, theirs);
    this.take(openReview);
    this.content = content;
    this.conflict = conflicts.length ? { parts: conflicts, theirs } : null;
    this.keep();
    if (this.conflict) this.say("conflict");
    this.onContent();
    return true;
  }

  /** End a conflict: with the other window's version of its parts, or with what is here. */
  settle(takeTheirs) {
    const { parts, theirs } = this.conflict;
    for (const part of takeTheirs ? parts : []) {
      const [name, id] = part.split("/");
      if (!id) this.content[name] = theirs[name];
      else if (theirs.ratings[id]) this.content.ratings[id] = theirs.ratings[id];
      else delete this.content.ratings[id];
    }
    this.conflict = null;
    this.keep();
    this.onContent();
    return this.save();
  }

  /** Submit what is written. Raises what the service answers instead. */
  async submit() {
    if (!await this.save()) throw this.problem ?? new Error(t("Choose which version stays first."));
    // An amendment without a change is a draft, too, as far as the service is concerned.
    if (!this.openReview.review.has_draft) this.take(await saveReview(this.sessionId, JSON.stringify(bodyOf(this.content, this.openReview.review.revision))));
    this.adopt(await submitReview(this.sessionId, this.openReview.review.revision));
  }

  /** Forget what is not submitted. */
  async discard() {
    await this.save();
    this.adopt(await discardReviewDraft(this.sessionId, this.openReview.review.revision));
  }

  adopt(openReview) {
    this.take(openReview);
    this.content = contentOf(openReview.review);
    this.conflict = null;
    deleteFromTab(this.key);
    this.say("saved");
    this.onContent();
  }

  /** The page is being left: send what is not saved. Returns whether something may be lost. */
  leave() {
    if (!this.unsaved) return false;
    const atRisk = ["failed", "conflict"].includes(this.state) || !outlivesPage(JSON.stringify(this.content));
    this.save();
    return atRisk;
  }

  /** Continue with what was typed in this tab before it was reloaded. */
  restore() {
    const kept = readFromTab(this.key);
    if (!kept?.content || text(kept.content) === this.savedText) {
      deleteFromTab(this.key);
      return;
    }
    const theirs = this.content;
    const { content, conflicts } = mergeContent(kept.base ?? theirs, kept.content, theirs);
    this.content = content;
    this.conflict = conflicts.length ? { parts: conflicts, theirs } : null;
    this.state = this.conflict ? "conflict" : "editing";
    if (!this.conflict) this.later(0);
  }

  keep() {
    keepInTab(this.key, { content: this.content, base: this.base });
  }
}

function text(content) {
  const { ratings, ...others } = bodyOf(content, null);
  return JSON.stringify({ ...others, ratings: ratings.sort((one, other) => (one.question_id < other.question_id ? -1 : 1)) });
}
