/**
 * Words of which a question has one and another question the other where they ask for different things: each line has words for
 * one side, and words for the other. Vectors of words do not tell opposites apart.
 */
const OPPOSITES = `
  begin begins beginning began start starts started starting | end ends ended ending finish finishes finished
  first initial initially | last final finally latest
  open opens opened opening | close closes closed closing
  buy buys buying bought purchase acquire acquires acquired | sell sells selling sold sale
  rise rises rose risen increase increases increased grow grew growth gain gained | fall falls fell fallen decrease decreases decreased drop dropped decline declined lose lost
  win wins won winner beat | lose loses lost loser
  import imports imported importer | export exports exported exporter
  before previous previously former formerly earlier | after afterwards next later following
  before previous previously former formerly old | now current currently present new
  for favour support supports supported back backed | against oppose opposes opposed object objects
  accept accepts accepted approve approves approved grant granted allow allowed | reject rejects rejected refuse refuses refused deny denied dismiss dismissed decline declined revoke revoked
  allow allows allowed permit permits permitted may | forbid forbids forbidden ban bans banned prohibit prohibited
  maximum max most highest greatest largest upper limit | minimum min least lowest smallest lower
  arrive arrives arrived reach reached come came | leave leaves left depart departed go went
  born birth birthplace | die dies died death
  borrow borrows borrowed | lend lends lent
  give gives gave given pay pays paid send sends sent | get gets got receive receives received
  cause causes caused reason | effect effects result consequence consequences
  include includes included cover covered | exclude excludes excluded exempt
  profit earnings | revenue sales turnover
  profit gain | loss losses
  connect connects | disconnect disconnects
  adult adults grown | child children
  day daily | night nightly
  day daily | week weekly
  week weekly | month monthly
  month monthly | year yearly annual annually
  weekday weekdays | weekend weekends
  summer | winter
  husband | wife
  mother | father
  maternity | paternity
  teach taught teacher | learn learned pupil student
  employer employers | employee employees staff
  landlord | tenant
  buyer | seller
  plaintiff claimant | defendant
  north northern | south southern
  east eastern | west western
  left | right
  inside indoor | outside outdoor
  single one | several all
  add adds added | remove removes removed delete deletes deleted
  export | import
  print | delete
  fast quick | slow
  hot warm | cold
  large big high long | small low short
  produce produces produced production | consume consumes consumed consumption
  ask asks asked | answer answers answered
  offer offers offered | demand demands demanded want wants wanted
  accept | offer
  enter enters entered | exit exits leave
  inside | outside
  male men man | female women woman
  domestic national | foreign international abroad
  with | without`

const sides = OPPOSITES.trim()
  .split('\n')
  .map((line) => line.split('|').map((side) => side.trim().split(/\s+/)))

/** For each word, the words that are opposite to it. */
const opposites = new Map<string, Set<string>>()
for (const [one = [], other = []] of sides) {
  for (const word of one) opposites.set(word, new Set([...(opposites.get(word) ?? []), ...other]))
  for (const word of other) opposites.set(word, new Set([...(opposites.get(word) ?? []), ...one]))
}

/** Whether two folded words are opposites, or name two of a kind: "first" and "last", "buyer" and "seller". */
export function areOpposite(word: string, other: string): boolean {
  return opposites.get(word)?.has(other) ?? false
}
