import fitted from '../../server/answer/calibration.json' with { type: 'json' }
import { type Calibration, CALIBRATION } from '../../server/answer/confidence.ts'

/**
 * Gives the calibration to score the questions about an article with. For the data set that
 * confidence was fitted on (told by its SHA-256), it is one that was fitted without that article,
 * so that no question is scored by a calibration that was fitted on it. For any other data set, it
 * is the calibration that ships.
 */
export function crossFitted(sha256: string): (article: number) => Calibration {
  if (sha256 !== fitted.provenance.sha256) return () => CALIBRATION
  return (article) => {
    const fold = fitted.folds.find(({ articles }) => articles.includes(article))
    if (!fold) throw new Error(`article ${article} is in no fold of calibration.json`)
    return fold.calibration
  }
}
