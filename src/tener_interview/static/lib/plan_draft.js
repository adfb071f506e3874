/** The draft of a plan. It saves itself, tries again when that fails, and brings the edits of two people together. */

import { outlivesPage, readPlan, savePlan } from "./api.js";
import { copy, same } from "./plan.js";
import { apply, merge } from "./plan_changes.js";
import { SavingDraft } from "./saving_draft.js";
import { deleteFromTab, keepInTab, readFromTab } from "./tab_storage.js";

/** How long after the last keystroke a draft is saved, and how long after the first one at the latest. */
const SAVE_AFTER_MS = 500;
const SAVE_WITHIN_MS = 1000;

/** Failures that only another edit can mend. */
const REFUSED = ["VALIDATION_FAILED", "BODY_TOO_LARGE"];

export class PlanDraft extends SavingDraft {
  /**
   * `jobPlan` is what the service has. `onState()` is called when something about saving has changed, `onPlan(news)`
   * when the plan was replaced: by the edits of somebody else (`news`, a list of changes) or by what was typed before
   * a reload (null).
   */
  constructor(jobId, jobPlan, { onState, onPlan }) {
    super(REFUSED, onState);
    this.jobId = jobId;
    this.key = `plan-${jobId}`;
    this.onPlan = onPlan;
    /** The fields that two people have changed: `{list, id, field, mine, theirs}`. */
    this.conflicts = [];
    this.editedAt = 0;
    this.take(jobPlan);
    this.plan = copy(jobPlan.draft);
    this.restore();
  }

  /** What the service has now: the response to a read or a write. */
  take(jobPlan) {
    this.jobPlan = jobPlan;
    this.etag = jobPlan.etag;
    this.base = copy(jobPlan.draft);
    this.savedText = JSON.stringify(jobPlan.draft);
  }

  /** Take what the service has as the plan. */
  adopt(jobPlan) {
    this.take(jobPlan);
    this.plan = copy(jobPlan.draft);
    this.onPlan(null);
  }

  get unsaved() {
    return JSON.stringify(this.plan) !== this.savedText;
  }

  /** The plan was edited: keep that here at once, and save it soon. */
  changed() {
    this.keep();
    if (this.conflicts.length) return;
    const now = Date.now();
    if (this.state !== "editing") this.editedAt = now;
    this.say("editing");
    this.later(Math.max(0, Math.min(SAVE_AFTER_MS, this.editedAt + SAVE_WITHIN_MS - now)));
  }

  /** Replace the whole plan. */
  replace(plan) {
    this.plan = copy(plan);
    this.conflicts = [];
    this.keep();
    this.onPlan(null);
    return this.save();
  }

  async saveAll() {
    while (this.unsaved && this.conflicts.length === 0) {
      this.sent = JSON.stringify(this.plan);
      this.keep();
      this.say("saving");
      try {
        const jobPlan = await savePlan(this.jobId, this.sent, this.etag);
        this.take(jobPlan);
        this.savedText = this.sent;
      } catch (problem) {
        const mended = problem.code === "PLAN_CHANGED" && await this.meet();
        if (!mended) return this.fail(problem);
      }
    }
    if (this.conflicts.length) return false;
    deleteFromTab(this.key);
    return this.succeed();
  }

  /** Merge another user's saved changes into this draft. Returns whether they could be read. */
  async meet() {
    const jobPlan = await readPlan(this.jobId, { quiet: true }).catch(() => null);
    if (jobPlan === null) return false;
    const [base, mine] = [this.base, this.plan];
    const own = this.sent !== undefined && same(jobPlan.draft, JSON.parse(this.sent));
    this.take(jobPlan);
    if (own || jobPlan.draft === null) return true;
    const { plan, conflicts, news } = merge(base ?? withoutLists(jobPlan.draft), mine, jobPlan.draft);
    this.plan = plan;
    this.conflicts = conflicts;
    this.keep();
    if (conflicts.length) this.say("conflict");
    this.onPlan(news);
    return true;
  }

  /** Settle the fields that two people have changed. `theirs` are the conflicts whose other text is taken. */
  settle(theirs) {
    for (const { list, id, field, theirs: after } of theirs) apply(this.plan, { list, id, field, after }, this.base);
    this.conflicts = [];
    this.keep();
    this.onPlan(null);
    return this.save();
  }

  /** Load another user's saved draft, unless something here is not saved. */
  async refresh() {
    if (this.unsaved || this.running || this.conflicts.length) return;
    const jobPlan = await readPlan(this.jobId, { quiet: true });
    if (this.unsaved || this.running) return;
    const changed = jobPlan.etag !== this.etag;
    this.take(jobPlan);
    if (changed) {
      this.plan = copy(jobPlan.draft);
      this.onPlan(null);
    } else {
      // What was typed differs from what is stored in white space, and stays as it was typed.
      this.savedText = JSON.stringify(this.plan);
      this.onState();
    }
  }

  /** The page is being left: send what is not saved. Returns whether something may be lost. */
  leave() {
    if (!this.unsaved) return false;
    const text = JSON.stringify(this.plan);
    const behind = ["failed", "conflict"].includes(this.state) || (this.running && text !== this.sent) || !outlivesPage(text);
    this.save();
    return behind;
  }

  /** Continue with what was typed in this tab before it was reloaded. */
  restore() {
    const kept = readFromTab(this.key);
    if (!kept?.plan || same(kept.plan, this.base)) {
      deleteFromTab(this.key);
      return;
    }
    this.plan = kept.plan;
    this.sent = kept.sent;
    this.conflicts = kept.conflicts ?? [];
    if (kept.etag !== this.etag && !(kept.sent && same(this.base, JSON.parse(kept.sent)))) {
      const { plan, conflicts } = merge(kept.base ?? withoutLists(this.base ?? kept.plan), kept.plan, this.base ?? kept.plan);
      this.plan = plan;
      this.conflicts.push(...conflicts);
    }
    this.state = this.conflicts.length ? "conflict" : "editing";
    this.later(0);
  }

  keep() {
    keepInTab(this.key, { plan: this.plan, base: this.base, etag: this.etag, sent: this.sent, conflicts: this.conflicts });
  }

  /** Stop saving: another job was chosen and everything is saved or kept. */
  close() {
    if (this.unsaved) this.save();
    window.clearTimeout(this.timer);
    this.onState = () => {};
    this.onPlan = () => {};
  }
}

/** What two people began with who both made the first draft. */
function withoutLists(plan) {
  return { ...plan, competencies: [], questions: [] };
}
