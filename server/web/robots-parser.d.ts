// The package declares a default export, but exports its function as a CommonJS module.
declare module 'robots-parser' {
  interface Robots {
    isAllowed(url: string, userAgent: string): boolean | undefined
    /** In seconds. */
    getCrawlDelay(userAgent: string): number | undefined
  }
  export default function robotsParser(url: string, text: string): Robots
}
