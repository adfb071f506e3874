/** What a recruiter writes to a candidate, in the languages that candidates read. */

const PARTS = /\{(name|job|link|until)\}/g;

export const MESSAGES = {
  en: {
    name: "English",
    role: "our open position",
    text: "Hello {name},\n\nthank you for your interest in {job}. The next step is a short video interview that you hold by yourself: you answer a few questions in front of your camera, whenever it suits you.\n\nThis is your personal link:\n{link}\n\nIt works until {until}. If anything is unclear, just answer this message.\n\nBest wishes",
  },
  de: {
    name: "Deutsch",
    role: "unserer offenen Stelle",
    text: "Hallo {name},\n\nvielen Dank für Ihr Interesse an {job}. Als Nächstes bitten wir Sie um ein kurzes Videointerview, das Sie allein führen: Sie beantworten einige Fragen vor der Kamera, wann immer es Ihnen passt.\n\nHier ist Ihr persönlicher Link:\n{link}\n\nEr gilt bis {until}. Wenn etwas unklar ist, antworten Sie einfach auf diese Nachricht.\n\nHerzliche Grüße",
  },
  es: {
    name: "Español",
    role: "nuestra vacante",
    text: "Hola, {name}:\n\ngracias por tu interés en {job}. El siguiente paso es una breve entrevista en vídeo que haces por tu cuenta: respondes a unas preguntas delante de la cámara cuando mejor te venga.\n\nEste es tu enlace personal:\n{link}\n\nFunciona hasta el {until}. Si algo no queda claro, responde a este mensaje.\n\nUn saludo",
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

/** What stands before a job's title, where a sentence needs the word for a role. */
const TITLED = { en: "the role “{}”", de: "der Stelle „{}“", es: "el puesto «{}»", fr: "le poste « {} »", pt: "na vaga “{}”", ru: "вакансии «{}»" };

/** What a greeting leaves out when there is nobody to name. */
const NAMED = /(,? )\{name\}/;

/** The whole message. `expiresAt` is a moment as the API writes it; `name` and `title` may be missing. */
export function messageText(language, { name, title, link, expiresAt }) {
  const { role, text } = MESSAGES[language];
  const until = new Intl.DateTimeFormat(language, {
    weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZoneName: "short",
  });
  const parts = {
    name, link, job: title ? TITLED[language].replace("{}", () => title) : role, until: until.format(new Date(expiresAt)),
  };
  return (name ? text : text.replace(NAMED, "")).replace(PARTS, (_, part) => parts[part]);
}

/** The first of a candidate's languages that messages are written in; sources write codes, or names of languages. */
export function messageLanguage(languages) {
  const english = new Intl.DisplayNames("en", { type: "language" });
  const known = Object.entries(MESSAGES).flatMap(([code, { name }]) => [
    [code, code], [name.toLowerCase(), code], [english.of(code).toLowerCase(), code],
  ]);
  const codes = new Map(known);
  const found = (languages ?? []).map((each) => {
    const said = String(each).trim().toLowerCase();
    return codes.get(said) ?? codes.get(said.split(/[-_ (]/)[0]);
  });
  return found.find(Boolean) ?? "en";
}
