/** What every draft that saves itself does: save one at a time, try again after a failure, and say how saving goes. */

/** How long after a failure it is tried again, the first time and so on. */
const RETRY_AFTER_MS = [2000, 5000, 10_000, 20_000];

/** A draft. Whoever extends it says in `saveAll()` what saving is; that resolves to whether everything is saved. */
export class SavingDraft {
  /** `refused` are the codes of errors for which a retry is useless; `onState()` is called for every new state. */
  constructor(refused, onState) {
    this.refused = refused;
    this.onState = onState;
    /** `saved`, `editing`, `saving`, `failed` or `conflict`. */
    this.state = "saved";
    this.problem = null;
    this.failures = 0;
    this.timer = 0;
    this.running = null;
  }

  /** Save now. Resolves to whether everything is saved. */
  save() {
    window.clearTimeout(this.timer);
    this.running ??= this.saveAll().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  later(ms) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), ms);
  }

  fail(problem) {
    this.problem = problem;
    this.say("failed");
    if (!this.refused.includes(problem.code)) this.later(RETRY_AFTER_MS[Math.min(this.failures, RETRY_AFTER_MS.length - 1)]);
    this.failures += 1;
    return false;
  }

  /** Everything is saved. */
  succeed() {
    this.failures = 0;
    this.problem = null;
    this.say("saved");
    return true;
  }

  say(state) {
    this.state = state;
    this.onState();
  }
}
