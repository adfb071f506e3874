/** A link to send: a field with a copy button, and a message with the link. */

import { copyField } from "../lib/copying.js";
import { announce, button, el, hiddenText } from "../lib/dom.js";
import { candidateName, time } from "../lib/format.js";
import { t, tNodes } from "../lib/texts.js";
import { openDialog } from "./dialog.js";

const COPIED_FOR_MS = 2000;

/** A link with its expiry. `whose` and `what` name it for screen readers; `more` is placed beside the copy button. */
export function linkField(url, expiresAt, whose, { what = t("Interview link"), more = null } = {}) {
  const select = () => field.select();
  const field = el("input", { class: "entry-link", type: "url", readonly: true, value: url, on: { focus: select } });
  const label = el("label", { class: "link-label" }, hiddenText(t("{what} for {name}", { what, name: whose })), field);
  const copy = copyButton(field, t("Copy"), whose, { kind: "small copy-button" });
  return el(
    "div",
    { class: "link" },
    el("div", { class: "link-row" }, label, copy, more),
    expiresAt && el("p", { class: "muted" }, tNodes("Valid until {time}", { time: time(expiresAt) })),
  );
}

/** A button that copies a field and says so for a moment. */
function copyButton(field, label, whose, { kind }) {
  const copy = button(label, async () => {
    const copied = await copyField(field);
    copy.textContent = copied ? t("Copied") : t("Press Ctrl+C");
    announce(copied ? t("Copied for {name}.", { name: whose }) : t("It is selected: press Ctrl+C to copy it."));
    window.setTimeout(() => {
      copy.textContent = label;
    }, COPIED_FOR_MS);
  }, { kind });
  return copy;
}

/** Messages edited by the recruiter, by link and language, while the page is open. */
const drafts = new Map();

/** Open the message for a candidate who has a link. `job` may be null. */
export function openMessage(candidate, session, job) {
  const name = candidateName(candidate);
  const facts = { name: candidate.greeting_name, title: job?.title, link: session.entry_url, expiresAt: session.expires_at, zone: candidate.time_zone };
  const text = el("textarea", { id: "message-text", rows: 17, dir: "auto", on: { input: () => drafts.set(key(), text.value) } });
  const language = el(
    "select", { id: "message-language", on: { change: () => show() } },
    Object.entries(MESSAGES).map(([code, each]) => el("option", { value: code, lang: code }, each.name)),
  );
  language.value = messageLanguage(candidate.languages);
  const key = () => `${session.entry_url} ${language.value}`;
  const show = () => {
    text.lang = language.value;
    text.value = drafts.get(key()) ?? messageText(language.value, facts);
  };
  show();
  const copy = copyButton(text, t("Copy Message"), name, { kind: "primary" });
  const anew = button(t("Start Over"), () => {
    drafts.delete(key());
    show();
    text.focus();
  }, { kind: "quiet" });
  openDialog("message", t("Message for {name}", { name }), [
    el("div", { class: "field" }, el("label", { for: "message-language" }, t("Language")), language),
    el("div", { class: "field" }, el("label", { for: "message-text" }, t("Message")), text),
    el("div", { class: "buttons" }, copy, anew),
  ]);
  copy.focus();
}

const PARTS = /\{(name|job|link|until)\}/g;

// Texts for candidates, each in its own language: not translated.
const MESSAGES = {
  en: {
    name: "English",
    role: "our open position",
    text: "Hello {name},\n\nThank you for your interest in {job}. The next step is a short one-way video interview: you answer a few questions on camera, at a time that suits you.\n\nYour personal link:\n{link}\n\nIt is valid until {until}. If you have any questions, just reply to this message.\n\nBest wishes",
  },
  de: {
    name: "Deutsch",
    role: "unserer offenen Stelle",
    text: "Hallo {name},\n\nvielen Dank für Ihr Interesse an {job}. Als Nächstes bitten wir Sie um ein kurzes Videointerview, das Sie allein führen: Sie beantworten einige Fragen vor der Kamera, wann immer es Ihnen passt.\n\nHier ist Ihr persönlicher Link:\n{link}\n\nEr gilt bis {until}. Wenn etwas unklar ist, antworten Sie einfach auf diese Nachricht.\n\nHerzliche Grüße",
  },
  es: {
    name: "Español",
    role: "nuestra vacante",
    text: "Hola, {name}:\n\ngracias por su interés en {job}. El siguiente paso es una breve entrevista en vídeo que hace por su cuenta: responde a unas preguntas delante de la cámara cuando mejor le venga.\n\nEste es su enlace personal:\n{link}\n\nFunciona hasta el {until}. Si algo no queda claro, responda a este mensaje.\n\nUn saludo",
  },
  fr: {
    name: "Français",
    role: "notre poste à pourvoir",
    text: "Bonjour {name},\n\nmerci de votre intérêt pour {job}. La prochaine étape est un court entretien vidéo que vous passez seul·e : vous répondez à quelques questions devant la caméra, au moment qui vous convient.\n\nVoici votre lien personnel :\n{link}\n\nIl est valable jusqu’au {until}. Si quelque chose n’est pas clair, répondez simplement à ce message.\n\nBien cordialement",
  },
  pt: {
    name: "Português",
    role: "na nossa vaga",
    text: "Olá, {name},\n\nobrigado pelo interesse {job}. O próximo passo é uma breve entrevista em vídeo que você faz sem companhia: responde a algumas perguntas diante da câmera, quando lhe for mais conveniente.\n\nEste é o seu link pessoal:\n{link}\n\nEle funciona até {until}. Se algo não estiver claro, basta responder a esta mensagem.\n\nCumprimentos",
  },
  ru: {
    name: "Русский",
    role: "нашей вакансии",
    text: "Здравствуйте, {name}!\n\nСпасибо за интерес к {job}. Следующий шаг — короткое видеоинтервью, которое вы проходите самостоятельно: отвечаете на несколько вопросов перед камерой в удобное для вас время.\n\nВаша личная ссылка:\n{link}\n\nОна действует до {until}. Если что-то непонятно, просто ответьте на это сообщение.\n\nВсего доброго",
  },
};

/** The job title in a sentence of each language. */
const TITLED = { en: "the role “{}”", de: "der Stelle „{}“", es: "el puesto «{}»", fr: "le poste « {} »", pt: "na vaga “{}”", ru: "вакансии «{}»" };
// Translated again from here on.

/** What is left out of the greeting without a name. */
const NAMED = /(,? )\{name\}/;

/** The whole message. `expiresAt` is an ISO time, said in the candidate’s `zone` if that is known; `name` and `title` may be missing. */
function messageText(language, { name, title, link, expiresAt, zone }) {
  const { role, text } = MESSAGES[language];
  const until = new Intl.DateTimeFormat(language, {
    weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZoneName: "short", timeZone: isZone(zone) ? zone : undefined,
  });
  const parts = {
    name, link, job: title ? TITLED[language].replace("{}", () => title) : role, until: until.format(new Date(expiresAt)),
  };
  return (name ? text : text.replace(NAMED, "")).replace(PARTS, (_, part) => parts[part]);
}

/** Whether the browser knows a time zone by this name: it comes from the main system. */
function isZone(zone) {
  try {
    return Boolean(zone) && Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

/** The first of a candidate's languages that has a message. Sources give codes or names of languages. */
function messageLanguage(languages) {
  const english = new Intl.DisplayNames("en", { type: "language" });
  const known = Object.entries(MESSAGES).flatMap(([code, { name }]) => [
    [code, code], [name.toLowerCase(), code], [english.of(code).toLowerCase(), code],
  ]);
  const codes = new Map(known);
  const found = (languages ?? []).map((entry) => {
    const spoken = String(entry).trim().toLowerCase();
    return codes.get(spoken) ?? codes.get(spoken.split(/[-_ (]/)[0]);
  });
  return found.find(Boolean) ?? "en";
}
