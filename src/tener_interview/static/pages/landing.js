/** The page before the interview: adds the deadline in the reader's time zone. Without this script it is in UTC. */

for (const deadline of document.querySelectorAll("time[datetime]")) {
  const own = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
  if (own.resolvedOptions().timeZone === "UTC") continue;
  const zone = new Intl.DateTimeFormat(document.documentElement.lang, { timeZoneName: "long" });
  const at = new Date(deadline.dateTime);
  const name = zone.formatToParts(at).find((part) => part.type === "timeZoneName")?.value;
  const line = document.createElement("span");
  line.className = "local-time";
  line.textContent = name ? `${own.format(at)} (${name})` : own.format(at);
  deadline.after(line);
}
