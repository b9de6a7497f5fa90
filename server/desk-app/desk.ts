import { DeskCheck } from './desk-check.ts'
import { DeskDocuments } from './desk-documents.ts'
import { DeskLog } from './desk-log.ts'
import { DeskQuestions } from './desk-questions.ts'
import { DeskVouched } from './desk-vouched.ts'
import { DeskWords } from './desk-words.ts'

customElements.define('desk-documents', DeskDocuments)
customElements.define('desk-questions', DeskQuestions)
customElements.define('desk-vouched', DeskVouched)
customElements.define('desk-words', DeskWords)
customElements.define('desk-check', DeskCheck)
customElements.define('desk-log', DeskLog)
