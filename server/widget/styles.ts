import { css } from 'lit'

/** The style sheet. docs/widget.md lists the custom properties that a page can set. */
export const styles = css`
  :host {
    /* The page's styles for its own text must not apply to quotations. */
    all: initial;
    color-scheme: light dark;
    --accent: var(--footnote-accent, light-dark(#1f4f8f, #a8c8ff));
    --on-accent: var(--footnote-on-accent, light-dark(#fff, #10213a));
    --background: var(--footnote-background, light-dark(#fff, #1b1e22));
    --text: var(--footnote-text, light-dark(#1c1e21, #e9e7e4));
    --muted: light-dark(#585e66, #b0b5bc);
    --line: light-dark(#d5d9de, #41474e);
    --control: light-dark(#767c84, #8b929a);
    --soft: light-dark(#f2f4f7, #262a30);
    --mark: light-dark(#fff0a8, #5c4a00);
    --problem: light-dark(#a3200d, #ffb4a6);
    --radius: var(--footnote-radius, 0.75rem);
    font: 1rem / 1.5 var(--footnote-font, system-ui, sans-serif);
    color: var(--text);
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([mode='inline']) {
    display: block;
    height: 34rem;
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
  }
  p,
  h2,
  ul,
  figure,
  blockquote {
    margin: 0;
    padding: 0;
  }
  button,
  textarea {
    font: inherit;
    color: inherit;
  }
  button,
  summary {
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .bubble {
    position: fixed;
    inset-block-end: 1rem;
    inset-inline-end: 1rem;
    z-index: var(--footnote-z-index, 2147483000);
    display: grid;
    place-items: center;
    width: 3.5rem;
    height: 3.5rem;
    border: 1px solid var(--on-accent);
    border-radius: 50%;
    background: var(--accent);
    color: var(--on-accent);
    box-shadow: 0 2px 10px rgb(0 0 0 / 30%);
  }
  .bubble svg {
    width: 1.75rem;
    height: 1.75rem;
  }
  dialog {
    position: fixed;
    inset: auto;
    inset-block-end: 5.25rem;
    inset-inline-end: 1rem;
    z-index: var(--footnote-z-index, 2147483000);
    width: min(26rem, 100vw - 2rem);
    max-width: none;
    height: min(42rem, 100dvh - 6.5rem);
    max-height: none;
    margin: 0;
    padding: 0;
    border: 0;
    border-radius: var(--radius);
    background: none;
    color: inherit;
    box-shadow: 0 6px 30px rgb(0 0 0 / 30%);
  }
  dialog.wide {
    width: min(64rem, 100vw - 2rem);
  }

  .frame {
    container-type: inline-size;
    display: flex;
    height: 100%;
    overflow: clip;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--background);
    position: relative;
  }
  .chat,
  .source {
    display: flex;
    flex: 1 1 0;
    flex-direction: column;
    min-width: 0;
  }
  .source {
    flex-grow: 1.4;
    border-inline-start: 1px solid var(--line);
  }
  @container (max-width: 44rem) {
    .chat:has(+ .source) {
      visibility: hidden;
    }
    .source {
      position: absolute;
      inset: 0;
      border: 0;
      background: var(--background);
    }
  }
  iframe {
    flex: 1;
    width: 100%;
    border: 0;
  }

  header {
    display: flex;
    align-items: center;
    gap: 0.25rem;
    padding-block: 0.5rem;
    padding-inline: 1rem 0.5rem;
    border-block-end: 1px solid var(--line);
  }
  .heading {
    flex: 1;
    overflow: hidden;
    font-size: 1rem;
    font-weight: 600;
    line-height: 2.25rem;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .plain {
    display: inline-grid;
    place-items: center;
    min-width: 2.25rem;
    height: 2.25rem;
    padding: 0;
    border: 0;
    border-radius: 0.5rem;
    background: none;
    color: var(--muted);
  }
  .plain:hover,
  .plain[aria-pressed='true'] {
    background: var(--soft);
    color: var(--accent);
  }
  .plain[aria-pressed='true'] path {
    fill: currentColor;
  }

  .log {
    flex: 1;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: 1rem;
    outline-offset: -2px;
    overflow-wrap: anywhere;
  }
  .greeting,
  .reading,
  figcaption,
  summary,
  .working {
    font-size: 0.875rem;
    color: var(--muted);
  }
  .exchange {
    margin-block-start: 1.25rem;
  }
  .question {
    width: fit-content;
    max-width: 90%;
    margin-inline-start: auto;
    padding: 0.5rem 0.75rem;
    border-radius: var(--radius);
    background: var(--accent);
    color: var(--on-accent);
  }
  .asked {
    white-space: pre-wrap;
  }
  .answer,
  .working {
    margin-block-start: 0.75rem;
  }
  .reading {
    margin-block-end: 0.75rem;
  }
  .quote {
    margin-block-end: 1rem;
    padding-inline-start: 0.875rem;
    border-inline-start: 3px solid var(--accent);
  }
  blockquote {
    font-family: var(--footnote-quote-font, Georgia, 'Times New Roman', serif);
    font-size: 1.0625rem;
  }
  blockquote::before {
    content: '“';
  }
  blockquote::after {
    content: '”';
  }
  figcaption {
    margin-block-start: 0.375rem;
  }
  figcaption a {
    color: var(--accent);
  }
  .confidence {
    display: block;
  }
  .tools {
    display: flex;
    align-items: flex-start;
    gap: 0.5rem;
  }
  details {
    flex: 1;
  }
  summary {
    padding-block: 0.375rem;
  }
  .tools p {
    padding: 0.5rem 0.75rem;
    border-radius: 0.5rem;
    background: var(--soft);
    font-size: 0.9375rem;
    white-space: pre-line;
  }
  mark {
    background: var(--mark);
    color: inherit;
  }
  .folded > .quote {
    margin-block-start: 0.75rem;
  }
  .problem {
    color: var(--problem);
  }
  .retry,
  .suggestions button {
    margin-block-start: 0.5rem;
    padding: 0.375rem 0.75rem;
    border: 1px solid var(--control);
    border-radius: var(--radius);
    background: none;
    text-align: start;
  }
  .retry:hover,
  .suggestions button:hover {
    background: var(--soft);
  }
  .suggestions {
    list-style: none;
  }
  .status {
    padding: 0.25rem 1rem;
    color: var(--muted);
    font-size: 0.875rem;
  }

  form {
    display: flex;
    align-items: flex-end;
    gap: 0.5rem;
    padding: 0.75rem;
    border-block-start: 1px solid var(--line);
  }
  textarea {
    flex: 1;
    min-width: 0;
    min-height: 2.75rem;
    max-height: 9rem;
    padding: 0.5625rem 0.75rem;
    border: 1px solid var(--control);
    border-radius: var(--radius);
    background: transparent;
    resize: none;
    field-sizing: content;
  }
  textarea::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  .send {
    display: grid;
    flex: none;
    place-items: center;
    width: 2.75rem;
    height: 2.75rem;
    border: 0;
    border-radius: var(--radius);
    background: var(--accent);
    color: var(--on-accent);
  }

  @media (max-width: 480px), (max-height: 480px) {
    dialog,
    dialog.wide {
      inset: 0;
      width: 100%;
      height: 100dvh;
      border-radius: 0;
    }
    dialog > .frame {
      border: 0;
      border-radius: 0;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .working {
      animation: breathe 1.5s ease-in-out infinite;
    }
    @keyframes breathe {
      50% {
        opacity: 0.5;
      }
    }
  }
  @media print {
    .bubble,
    dialog {
      display: none;
    }
  }
`
