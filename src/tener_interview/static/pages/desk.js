/** Pages of the desk that the service writes whole: they have the command palette, too. */

import { setUpDesk } from "../components/desk.js";
import { askBeforeLeaving } from "../components/unsaved_form.js";

setUpDesk();
for (const form of document.querySelectorAll("form[data-unsaved]")) askBeforeLeaving(form);
