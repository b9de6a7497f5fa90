/** The texts of the widget in one language. */
export interface Words {
  /** BCP 47 tag. */
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly heading: string
  readonly greeting: string
  readonly open: string
  readonly close: string
  readonly restart: string
  readonly question: string
  readonly placeholder: string
  readonly send: string
  readonly stop: string
  readonly working: string
  readonly stopped: string
  readonly retry: string
  readonly you: string
  readonly conversation: string
  readonly suggestions: string
  readonly readAs: string
  readonly page: string
  readonly pages: string
  readonly paragraph: string
  readonly around: string
  readonly copy: string
  readonly copied: string
  readonly notCopied: string
  readonly alsoIn: string
  /** The name of who chose the quote follows. */
  readonly chosenBy: string
  readonly alsoOnThis: string
  readonly closest: string
  readonly helpful: string
  readonly unhelpful: string
  readonly thanks: string
  readonly source: string
  readonly closeSource: string
  readonly newTab: string
  readonly unreachable: string
  readonly failed: string
  readonly forgotten: string
  readonly veryLikely: string
  readonly likely: string
  readonly perhaps: string
  readonly related: string
}

const en: Words = {
  language: 'en',
  direction: 'ltr',
  heading: 'Ask the documents',
  greeting:
    'Ask in your own words. Answers are quotations from the documents, each with its source.',
  open: 'Ask the documents',
  close: 'Close',
  restart: 'New conversation',
  question: 'Your question',
  placeholder: 'Ask a question…',
  send: 'Send',
  stop: 'Stop',
  working: 'Searching…',
  stopped: 'Stopped.',
  retry: 'Ask again',
  you: 'You asked',
  conversation: 'Conversation',
  suggestions: 'Suggested questions',
  readAs: 'Read as',
  page: 'page',
  pages: 'pages',
  paragraph: 'paragraph',
  around: 'Show the whole paragraph',
  copy: 'Copy with citation',
  copied: 'Copied.',
  notCopied: 'This browser does not allow copying here.',
  alsoIn: 'also in',
  chosenBy: 'Chosen by',
  alsoOnThis: 'Also on this',
  closest: 'The closest passages',
  helpful: 'This helped',
  unhelpful: 'This did not help',
  thanks: 'Thank you.',
  source: 'Source',
  closeSource: 'Close the source',
  newTab: 'Open in a new tab',
  unreachable: 'The server cannot be reached.',
  failed: 'The server could not answer.',
  forgotten: 'This conversation no longer exists. Ask again to begin a new one.',
  veryLikely: 'very likely an answer',
  likely: 'probably an answer',
  perhaps: 'possibly an answer',
  related: 'on the same subject',
}

const de: Words = {
  language: 'de',
  direction: 'ltr',
  heading: 'Die Dokumente fragen',
  greeting:
    'Fragen Sie in eigenen Worten. Antworten sind Zitate aus den Dokumenten, jedes mit Fundstelle.',
  open: 'Die Dokumente fragen',
  close: 'Schließen',
  restart: 'Neues Gespräch',
  question: 'Ihre Frage',
  placeholder: 'Eine Frage stellen …',
  send: 'Senden',
  stop: 'Anhalten',
  working: 'Suche läuft …',
  stopped: 'Angehalten.',
  retry: 'Noch einmal fragen',
  you: 'Sie fragten',
  conversation: 'Gespräch',
  suggestions: 'Vorgeschlagene Fragen',
  readAs: 'Verstanden als',
  page: 'Seite',
  pages: 'Seiten',
  paragraph: 'Absatz',
  around: 'Den ganzen Absatz zeigen',
  copy: 'Mit Fundstelle kopieren',
  copied: 'Kopiert.',
  notCopied: 'Dieser Browser erlaubt hier kein Kopieren.',
  alsoIn: 'auch in',
  chosenBy: 'Ausgewählt von',
  alsoOnThis: 'Auch dazu',
  closest: 'Die nächstliegenden Stellen',
  helpful: 'Das hat geholfen',
  unhelpful: 'Das hat nicht geholfen',
  thanks: 'Danke.',
  source: 'Quelle',
  closeSource: 'Quelle schließen',
  newTab: 'In neuem Tab öffnen',
  unreachable: 'Der Server ist nicht erreichbar.',
  failed: 'Der Server konnte nicht antworten.',
  forgotten:
    'Dieses Gespräch gibt es nicht mehr. Fragen Sie noch einmal, um ein neues zu beginnen.',
  veryLikely: 'sehr wahrscheinlich eine Antwort',
  likely: 'wahrscheinlich eine Antwort',
  perhaps: 'möglicherweise eine Antwort',
  related: 'zum Thema',
}

const fr: Words = {
  language: 'fr',
  direction: 'ltr',
  heading: 'Interroger les documents',
  greeting:
    'Posez votre question avec vos mots. Les réponses sont des citations des documents, chacune avec sa source.',
  open: 'Interroger les documents',
  close: 'Fermer',
  restart: 'Nouvelle conversation',
  question: 'Votre question',
  placeholder: 'Poser une question…',
  send: 'Envoyer',
  stop: 'Arrêter',
  working: 'Recherche en cours…',
  stopped: 'Arrêté.',
  retry: 'Demander à nouveau',
  you: 'Vous avez demandé',
  conversation: 'Conversation',
  suggestions: 'Questions suggérées',
  readAs: 'Compris comme',
  page: 'page',
  pages: 'pages',
  paragraph: 'paragraphe',
  around: 'Afficher tout le paragraphe',
  copy: 'Copier avec la référence',
  copied: 'Copié.',
  notCopied: 'Ce navigateur ne permet pas de copier ici.',
  alsoIn: 'aussi dans',
  chosenBy: 'Choisi par',
  alsoOnThis: 'Également à ce sujet',
  closest: 'Les passages les plus proches',
  helpful: 'Cela m’a aidé',
  unhelpful: 'Cela ne m’a pas aidé',
  thanks: 'Merci.',
  source: 'Source',
  closeSource: 'Fermer la source',
  newTab: 'Ouvrir dans un nouvel onglet',
  unreachable: 'Le serveur est injoignable.',
  failed: 'Le serveur n’a pas pu répondre.',
  forgotten:
    'Cette conversation n’existe plus. Posez à nouveau la question pour en commencer une nouvelle.',
  veryLikely: 'répond très probablement',
  likely: 'répond probablement',
  perhaps: 'répond peut-être',
  related: 'sur le sujet',
}

const ar: Words = {
  language: 'ar',
  direction: 'rtl',
  heading: 'اسأل الوثائق',
  greeting: 'اسأل بكلماتك. الإجابات اقتباسات من الوثائق، ومع كل منها مصدرها.',
  open: 'اسأل الوثائق',
  close: 'إغلاق',
  restart: 'محادثة جديدة',
  question: 'سؤالك',
  placeholder: 'اطرح سؤالًا…',
  send: 'إرسال',
  stop: 'إيقاف',
  working: 'جارٍ البحث…',
  stopped: 'تم الإيقاف.',
  retry: 'اسأل مرة أخرى',
  you: 'سألت',
  conversation: 'المحادثة',
  suggestions: 'أسئلة للبداية',
  readAs: 'فُهم على أنه',
  page: 'الصفحة',
  pages: 'الصفحات',
  paragraph: 'الفقرة',
  around: 'الفقرة المحيطة',
  copy: 'نسخ مع المصدر',
  copied: 'تم النسخ.',
  notCopied: 'لا يسمح هذا المتصفح بالنسخ هنا.',
  alsoIn: 'وأيضًا في',
  chosenBy: 'اختاره',
  alsoOnThis: 'حول هذا أيضًا',
  closest: 'الأقرب إلى السؤال',
  helpful: 'هذا مفيد',
  unhelpful: 'هذا غير مفيد',
  thanks: 'شكرًا.',
  source: 'المصدر',
  closeSource: 'إغلاق المصدر',
  newTab: 'فتح في علامة تبويب جديدة',
  unreachable: 'تعذر الوصول إلى الخادم.',
  failed: 'لم يتمكن الخادم من الإجابة.',
  forgotten: 'نُسيت هذه المحادثة. السؤال مرة أخرى يبدأ محادثة جديدة.',
  veryLikely: 'يجيب على الأرجح جدًا',
  likely: 'يجيب على الأرجح',
  perhaps: 'قد يجيب',
  related: 'حول الموضوع',
}

const LANGUAGES: Readonly<Record<string, Words>> = { en, de, fr, ar }

/** The texts in the language of a BCP 47 tag; in English where there are none. */
export function wordsOf(language: string): Words {
  return LANGUAGES[language.toLowerCase().split('-')[0] ?? ''] ?? en
}
