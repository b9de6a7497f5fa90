import { svg } from 'lit'

const icon = (path: string) =>
  svg`<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${path} /></svg>`

/**
 * Icons. They are hidden from screen readers, so each element that shows one has an accessible
 * name.
 */
export const icons = {
  quote: icon('M4 6h7v6c0 3-1 5-5 6M13 6h7v6c0 3-1 5-5 6'),
  close: icon('M6 6l12 12M18 6L6 18'),
  restart: icon('M4 12a8 8 0 1 0 3-6.2M4 4v5h5'),
  send: icon('M12 20V5M6 11l6-6 6 6'),
  stop: icon('M7 7h10v10H7z'),
  newTab: icon('M14 4h6v6M20 4l-9 9M18 14v6H4V6h6'),
  copy: icon('M9 9h11v11H9zM5 15H4V4h11v1'),
  helpful: icon(
    'M7 11v9H3v-9zM7 11l5-8c2 0 3 1 2 6h5c2 0 2 2 1.500 4l-1.500 5c-.5 1.500-1 2-3 2H7',
  ),
  unhelpful: icon(
    'M17 13V4h4v9zM17 13l-5 8c-2 0-3-1-2-6H5c-2 0-2-2-1.500-4L5 6c.5-1.500 1-2 3-2h9',
  ),
}
