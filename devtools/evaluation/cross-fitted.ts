import fitted from '../../server/answer/calibration.json' with { type: 'json' }
import { type Calibration, CALIBRATION } from '../../server/answer/confidence.ts'

/**
 * The calibration to score an article's questions with, so that none is scored by what was fitted on it: in
 * the data set that confidence was fitted on (by its SHA-256), the one that was fitted on other articles; in any
 * other, the product's own.
 */
export function crossFitted(sha256: string): (article: number) => Calibration {
  if (sha256 !== fitted.provenance.sha256) return () => CALIBRATION
  return (article) => {
    const fold = fitted.folds.find(({ articles }) => articles.includes(article))
    if (!fold) throw new Error(`article ${article} is in no fold`)
    return fold.calibration
  }
}
