import { DeskDocuments } from './desk-documents.ts'

customElements.define('desk-documents', DeskDocuments)
