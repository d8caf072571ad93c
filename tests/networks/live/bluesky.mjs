// Bluesky's own servers (@atproto/dev-env) with six bakers and 112 readers. It says its address; a line "OLD NEW" on stdin
// gives an account another handle, "gone NAME" closes one. It ends with stdin.
import { createInterface } from 'node:readline'
import { TestNetwork } from '@atproto/dev-env'

const network = await TestNetwork.create({ bsky: { dbPostgresSchema: 'bsky' } })
const sc = network.getSeedClient()
const day = (n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString()

async function person(name, profile) {
  await sc.createAccount(name, { handle: `${name}.test`, email: `${name}@mail.test`, password: 'secret' })
  const record = { $type: 'app.bsky.actor.profile', ...profile }
  await sc.updateProfile(sc.dids[name], record)
}

const bakers = [...Array(6).keys()].map((n) => `oven${n}`)
for (const name of bakers) await person(name, { displayName: `Oven ${name.at(-1)}`, description: 'Sourdough baking at home' })
await person('star', { displayName: 'Star', description: 'Everything' })
for (let n = 0; n < 112; n++) {
  const name = `reader${n}`
  const shy = { $type: 'com.atproto.label.defs#selfLabels', values: [{ val: '!no-unauthenticated' }] }
  await person(name, n === 0 ? { labels: shy } : {})
  const bread = n < 40 ? [bakers[1 + (n % 5)], bakers[1 + ((n + 1) % 5)]] : []
  for (const whom of ['oven0', ...bread, ...((n < 40) === (n % 8 === 0) ? ['star'] : [])]) await sc.follow(sc.dids[name], sc.dids[whom])
}

// oven0 has more followers than a page holds; oven1 all the rest
const { oven0, oven1, oven2, star } = sc.dids
let last
for (let n = 0; n < 5; n++) {
  const said = { createdAt: day(n), langs: ['en-GB'] }
  last = (await sc.post(oven1, `Sourdough baking, loaf ${n}`, undefined, undefined, undefined, said)).ref
}
await sc.post(oven1, 'From the future', undefined, undefined, undefined, { createdAt: '2031-01-01T00:00:00.000Z' })
await sc.repost(oven1, (await sc.post(oven0, 'Rye of oven 0')).ref)
for (let n = 0; n < 7; n++) await sc.like(sc.dids[`reader${n}`], last, { createdAt: day(20) })
await sc.repost(sc.dids.reader1, last)
await sc.reply(sc.dids.reader2, last, last, 'Good crumb')
for (const [purpose, whom] of [['curate', oven2], ['mod', star]]) {
  await sc.addToList(oven1, whom, await sc.createList(oven1, `A list to ${purpose}`, purpose))
}
await sc.createStarterPack(oven1, 'Sourdough bakers', [oven0, oven2])
await network.processAll(120_000)
console.log(`address ${network.bsky.url}`)

for await (const line of createInterface({ input: process.stdin })) {
  const [first, second] = line.trim().split(' ')
  if (first === 'gone') {
    await sc.agent.com.atproto.server.deactivateAccount({}, { encoding: 'application/json', headers: sc.getHeaders(sc.dids[second]) })
  } else {
    await sc.updateHandle(sc.dids[first], `${second}.test`)
  }
  await network.processAll(60_000)
  console.log(`done ${line.trim()}`)
}
process.exit(0)
