/** Webhooks: the endpoints that get events, what they got, and sending it again. */

import { setUpDesk } from "../components/desk.js";
import { attempt, dangerButton, fillTable, nameCells, secret, when } from "../components/account_widgets.js";
import { announce, button, byId, el, fill, hiddenText } from "../lib/dom.js";
import {
  addEndpoint, changeEndpoint, listDeliveries, listEndpoints, removeEndpoint, replay, rotateSecret, sendTest,
} from "../lib/endpoints_api.js";
import { t, tNodes } from "../lib/texts.js";

/** Type -> name, and when it is sent. */
const EVENTS = {
  "session.invited": [t("Invited"), t("got an interview link")],
  "session.opened": [t("Opened"), t("opened the link, or began")],
  "session.completed": [t("Completed"), t("has finished")],
  "session.scored": [t("Scored"), t("has a total score, or a new one")],
  "session.needs_review": [t("Needs a human look"), t("finished without a total")],
  "session.reviewed": [t("Reviewed"), t("a review was submitted or changed")],
  "session.decided": [t("Decided"), t("a decision was made or undone")],
  "session.expired": [t("Expired"), t("did not begin in time")],
  "session.erased": [t("Erased"), t("all data were erased")],
};
const STATES = { waiting: t("Waiting"), delivered: t("✓ Delivered"), parked: t("! Given up"), canceled: t("Canceled") };
const ROTATION_HOURS = 24;

/** The endpoint whose deliveries are shown, and where the next page begins. */
let shown = null;
let nextBefore = null;

setUpDesk();

function eventBoxes(chosen) {
  return Object.entries(EVENTS).map(([type, [label, about]]) => {
    const box = el("input", { type: "checkbox", value: type });
    box.checked = chosen.includes(type);
    return el("label", { class: "check" }, box, el("span", {}, label, el("span", { class: "muted" }, about)));
  });
}

function chosenEvents(parent) {
  return [...parent.querySelectorAll("input:checked")].map((box) => box.value);
}

fill(byId("add-events"), eventBoxes(Object.keys(EVENTS)));

byId("add").addEventListener("submit", (submit) => {
  submit.preventDefault();
  attempt(submit.submitter, t("The endpoint was not added"), async () => {
    const added = await addEndpoint({
      name: byId("add-name").value, url: byId("add-url").value, format: byId("add-format").value,
      events: chosenEvents(byId("add-events")), with_contact: byId("add-contact").checked,
    });
    submit.target.reset();
    fill(byId("add-events"), eventBoxes(Object.keys(EVENTS)));
    await showEndpoints();
    showSecret(added, t("The receiver checks with it that events come from here. Copy it now: it is not shown again."));
    announce(t("{name} was added.", { name: added.name }));
  });
});

function showSecret({ name, secret: value }, about) {
  fill(byId("secret"), value && secret(t("Secret of {name}", { name }), value, about));
  byId("secret").querySelector("input")?.focus();
}

async function showEndpoints() {
  const { items } = await listEndpoints();
  fillTable("endpoints", items.map(endpointRow), t("There are no endpoints yet."));
  const current = items.find((endpoint) => endpoint.endpoint_id === shown?.endpoint_id);
  if (shown && !current) hideDeliveries();
  if (current) {
    shown = current;
    byId("deliveries-heading").textContent = t("Deliveries to {name}", { name: current.name });
  }
}

function endpointRow(endpoint) {
  const { endpoint_id: id, name } = endpoint;
  const act = (what, work) => (control) => attempt(control, what, async () => {
    await work();
    await showEndpoints();
  });
  const small = (label, onPress) => {
    const control = button(label, onPress, { kind: "small" });
    control.append(hiddenText(` ${name}`));
    return control;
  };
  const test = small(t("Test"), (press) => attempt(press.currentTarget, t("No test event was sent"), async () => {
    await sendTest(id);
    announce(t("A test event is on its way."));
    await showDeliveries(endpoint);
  }));
  const enable = small(t("Enable"), (press) => act(t("The endpoint was not enabled"), () => changeEndpoint(id, { disabled: false }))(press.currentTarget));
  const disable = dangerButton(t("Disable"), name, t("Waiting events are canceled."), act(t("The endpoint was not disabled"), () => changeEndpoint(id, { disabled: true })));
  const rotate = dangerButton(t("New Secret"), name, t("The old one signs as well for {hours} hours.", { hours: ROTATION_HOURS }), act(t("The secret was not changed"), async () => {
    showSecret(await rotateSecret(id, ROTATION_HOURS), t("Copy it now: it is not shown again. The old one keeps working for {hours} hours.", { hours: ROTATION_HOURS }));
  }));
  const remove = dangerButton(t("Remove"), name, t("It gets nothing more."), act(t("The endpoint was not removed"), () => removeEndpoint(id)));
  const isOurs = !endpoint.from_environment;
  return el(
    "tr", { class: endpoint.enabled ? null : "ended", data: { endpointId: id } },
    el("th", { scope: "row" }, el("span", { class: "block", dir: "auto" }, name), el("span", { class: "muted address" }, endpoint.url)),
    el("td", {}, describeEvents(endpoint), el("span", { class: "block muted" }, endpoint.with_contact ? t("with name and e-mail address") : t("without names"))),
    el("td", {}, endpoint.enabled ? t("Enabled") : [t("Disabled"), el("span", { class: "block muted" }, endpoint.disabled_reason)],
      endpoint.previous_secret_until && new Date(endpoint.previous_secret_until) > new Date() && el("span", { class: "block muted" }, tNodes("old secret until {time}", { time: when(endpoint.previous_secret_until) })),
      endpoint.from_environment && el("span", { class: "block muted" }, t("defined by the settings"))),
    el("td", {}, t("{delivered} delivered, {waiting} waiting", { delivered: endpoint.delivered, waiting: endpoint.waiting }), endpoint.parked > 0 && el("span", { class: "block" }, el("strong", {}, t("{count} given up", { count: endpoint.parked }))), el("div", {}, small(t("Show"), () => attempt(byId("look-again"), t("The deliveries could not be loaded"), () => showDeliveries(endpoint))))),
    el("td", { class: "actions" }, el("div", { class: "buttons" }, endpoint.enabled ? [test, small(t("Edit"), () => edit(endpoint)), disable] : enable, isOurs && endpoint.format === "standard" && rotate, isOurs && remove)),
  );
}

function describeEvents({ events, format }) {
  const names = events.length === Object.keys(EVENTS).length ? t("All events") : events.map((type) => EVENTS[type][0]).join(", ");
  return format === "slack" ? t("{events}, as a message", { events: names }) : names;
}

/** A form with what can be changed of an endpoint. */
function edit(endpoint) {
  const name = el("input", { id: "edit-name", required: true, maxlength: 100, value: endpoint.name, dir: "auto" });
  const url = el("input", { id: "edit-url", type: "url", required: true, maxlength: 2000, value: endpoint.url });
  const events = el("div", { class: "events" }, eventBoxes(endpoint.events));
  const contact = el("input", { type: "checkbox" });
  contact.checked = endpoint.with_contact;
  const save = el("button", { class: "button primary", type: "submit" }, t("Save"));
  const form = el(
    "form", { "aria-label": t("Edit {name}", { name: endpoint.name }) },
    el("div", { class: "line" },
      el("div", { class: "field" }, el("label", { for: "edit-name" }, t("Name")), name),
      !endpoint.from_environment && el("div", { class: "field address" }, el("label", { for: "edit-url" }, t("Address")), url)),
    el("fieldset", {}, el("legend", {}, t("Events")), events),
    el("label", { class: "check" }, contact, el("span", {}, t("Send the candidate’s name and e-mail address as well"))),
    el("div", { class: "buttons" }, save, button(t("Cancel"), () => fill(byId("editor")))),
  );
  form.addEventListener("submit", (submit) => {
    submit.preventDefault();
    attempt(save, t("The endpoint was not changed"), async () => {
      await changeEndpoint(endpoint.endpoint_id, {
        name: name.value, events: chosenEvents(events), with_contact: contact.checked,
        ...(!endpoint.from_environment && url.value !== endpoint.url && { url: url.value }),
      });
      fill(byId("editor"));
      announce(t("{name} was changed.", { name: name.value }));
      await showEndpoints();
    });
  });
  fill(byId("editor"), form);
  name.focus();
}

function hideDeliveries() {
  shown = null;
  byId("deliveries-section").hidden = true;
}

async function showDeliveries(endpoint, before = null) {
  const page = await listDeliveries(endpoint.endpoint_id, { state: byId("state").value, before });
  shown = endpoint;
  nextBefore = page.next_before;
  const rows = page.items.map(deliveryRow);
  if (before) {
    byId("deliveries").append(...rows);
    nameCells(byId("deliveries"));
  }
  else fillTable("deliveries", rows, t("No deliveries here yet."));
  byId("deliveries-heading").textContent = t("Deliveries to {name}", { name: endpoint.name });
  byId("deliveries-section").hidden = false;
  byId("more").hidden = !nextBefore;
  byId("replay-parked").hidden = !(endpoint.enabled && (endpoint.parked || page.items.some((item) => item.state === "parked")));
  if (!before) byId("deliveries-section").scrollIntoView({ block: "nearest" });
}

function deliveryRow(delivery) {
  const label = EVENTS[delivery.type]?.[0] ?? (delivery.type ? t("Test") : t("Erased person"));
  const again = button(delivery.state === "delivered" ? t("Send Again") : t("Try Again"), (press) => attempt(press.currentTarget, t("It was not sent again"), async () => {
    await replay(shown.endpoint_id, [delivery.delivery_id]);
    announce(t("It is being sent."));
    await lookAgain();
  }), { kind: "small" });
  again.append(hiddenText(` ${label}`));
  const canSend = shown.enabled && delivery.type && ["delivered", "parked"].includes(delivery.state);
  const about = delivery.data?.job_id && t("job {job}, candidate {candidate}", { job: delivery.data.job_id, candidate: delivery.data.candidate_id });
  return el(
    "tr", { data: { deliveryId: delivery.delivery_id } },
    el("th", { scope: "row" }, el("span", { class: "block" }, label), about && el("span", { class: "muted" }, about)),
    el("td", {}, when(delivery.created_at)),
    el("td", {}, el("span", { class: "delivery-state", data: { state: delivery.state } }, STATES[delivery.state]),
      delivery.attempts > 1 && el("span", { class: "block muted" }, t("{count} attempts", { count: delivery.attempts })),
      delivery.state === "waiting" && el("span", { class: "block muted" }, tNodes("next {time}", { time: when(delivery.next_attempt_at) }))),
    el("td", { dir: "auto" }, delivery.answer ?? t("none yet")),
    el("td", { class: "actions" }, canSend && again),
  );
}

async function lookAgain() {
  await showEndpoints();
  if (shown) await showDeliveries(shown);
}

byId("state").addEventListener("change", () => attempt(byId("look-again"), t("The deliveries could not be loaded"), () => showDeliveries(shown)));
byId("look-again").addEventListener("click", (press) => attempt(press.currentTarget, t("The deliveries could not be loaded"), lookAgain));
byId("more").addEventListener("click", (press) => attempt(press.currentTarget, t("The deliveries could not be loaded"), () => showDeliveries(shown, nextBefore)));
byId("replay-parked").addEventListener("click", (press) => attempt(press.currentTarget, t("They were not sent again"), async () => {
  const { replayed } = await replay(shown.endpoint_id);
  announce(t("{count} are being sent.", { count: replayed }));
  await lookAgain();
}));

attempt(byId("look-again"), t("The endpoints could not be loaded"), showEndpoints);
