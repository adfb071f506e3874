/** Pages of the desk that the service writes whole: they have the command palette, too. */

import { setUpDesk } from "../components/desk.js";

setUpDesk();
