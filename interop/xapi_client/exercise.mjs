// Uses an LRS by @xapi/xapi, as a course package or a site would: node exercise.mjs ENDPOINT KEY SECRET ADAPTER
// Prints one JSON object, name of each check to what came of it; "ok" is what it should be.
import { createHash, randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { isDeepStrictEqual as same } from "node:util";

const XAPI = (() => {
  const found = createRequire(process.cwd() + "/")("@xapi/xapi");
  return found.default ?? found;
})();
const [endpoint, key, secret, adapter] = process.argv.slice(2);
const auth = XAPI.toBasicAuth(key, secret);
const client = new XAPI({ endpoint, auth, version: "1.0.3", adapter });
const agent = { objectType: "Agent", account: { homePage: "https://lms.example.org", name: randomUUID() } };
const activity = `https://courses.example.org/${randomUUID()}`;
const registration = randomUUID();

const statement = (verb, more = {}) => ({
  id: randomUUID(),
  actor: agent,
  verb: { id: `http://adlnet.gov/expapi/verbs/${verb}`, display: { en: verb } },
  object: { objectType: "Activity", id: activity, definition: { name: { en: "A course", it: "Un corso" } } },
  context: { registration, contextActivities: { parent: [{ objectType: "Activity", id: `${activity}/parent` }] } },
  timestamp: new Date().toISOString(),
  ...more,
});
// What a client sends comes back with the members that the LRS owns.
const comesBack = (sent, got) => {
  const { stored, authority, version, ...rest } = got;
  return stored && authority && version && same(rest, sent) ? "ok" : { sent, got };
};
// By axios the client tells the status, by fetch only the body of the answer.
const refused = async (promise, status, code) => {
  try {
    await promise;
    return "was accepted";
  } catch (error) {
    const isRight = error.response ? error.response.status === status : JSON.parse(error.message).code === code;
    return isRight ? "ok" : `${error.response?.status}: ${error.message}`;
  }
};

const first = statement("initialized");
const batch = ["answered", "answered", "completed", "passed", "terminated"].map((verb) => statement(verb));
const results = {};
const check = async (name, work) => {
  try {
    results[name] = await work();
  } catch (error) {
    results[name] = `${error.name}: ${error.message} ${JSON.stringify(error.response?.data ?? "")}`;
  }
};

await check("about names both versions", async () => {
  const { data } = await client.getAbout();
  return ["1.0.3", "2.0.0"].every((one) => data.version.includes(one)) ? "ok" : data;
});
await check("a statement is sent and read back", async () => {
  const sent = await client.sendStatement({ statement: first });
  const { data } = await client.getStatement({ statementId: first.id });
  return same(sent.data, [first.id]) ? comesBack(first, data) : sent.data;
});
await check("a batch is sent and read in pages", async () => {
  const sent = await client.sendStatements({ statements: batch });
  let page = await client.getStatements({ agent, registration, ascending: true, limit: 2 });
  const found = [...page.data.statements];
  while (page.data.more) {
    page = await client.getMoreStatements({ more: page.data.more });
    found.push(...page.data.statements);
  }
  const ids = [first, ...batch].map((one) => one.id);
  return same(sent.data, ids.slice(1)) && same(found.map((one) => one.id), ids) ? "ok" : found;
});
await check("filters find what they should", async () => {
  const verb = "http://adlnet.gov/expapi/verbs/answered";
  const counts = await Promise.all(
    [{ verb, activity }, { activity: `${activity}/parent` }, { activity: `${activity}/parent`, related_activities: true }]
      .map(async (filter) => (await client.getStatements(filter)).data.statements.length),
  );
  return same(counts, [2, 0, 6]) ? "ok" : counts;
});
await check("a voided statement is found only as such", async () => {
  await client.voidStatement({ actor: agent, statementId: batch[0].id });
  const { data } = await client.getVoidedStatement({ voidedStatementId: batch[0].id });
  const gone = await refused(client.getStatement({ statementId: batch[0].id }), 404, "not_found");
  return gone === "ok" ? comesBack(batch[0], data) : gone;
});
// In Node axios takes the Content-Type of the client's Blob, which has none: only fetch sends multipart/mixed.
if (adapter === "fetch") await check("an attachment is sent and read back", async () => {
  const data = new TextEncoder().encode("attestato di partecipazione");
  const attachment = {
    usageType: "http://id.tincanapi.com/attachment/certificate-of-completion",
    display: { it: "Attestato" },
    contentType: "text/plain",
    length: data.byteLength,
    sha2: createHash("sha256").update(data).digest("hex"),
  };
  const sent = statement("experienced", { attachments: [attachment] });
  await client.sendStatement({ statement: sent, attachments: [data.buffer] });
  const got = await client.getStatement({ statementId: sent.id, attachments: true });
  return String(got.data[1]).includes("attestato di partecipazione") ? comesBack(sent, got.data[0]) : got.data;
});
await check("state documents are kept, listed, merged and deleted", async () => {
  const where = { agent, activityId: activity, registration };
  await client.createState({ ...where, stateId: "bookmark", state: { page: 1, seen: [1] } });
  await client.createState({ ...where, stateId: "bookmark", state: { page: 2 } });
  const kept = await client.getState({ ...where, stateId: "bookmark" });
  const ids = await client.getStates(where);
  await client.deleteState({ ...where, stateId: "bookmark" });
  const gone = await refused(client.getState({ ...where, stateId: "bookmark" }), 404, "not_found");
  return same(kept.data, { page: 2, seen: [1] }) && same(ids.data, ["bookmark"]) ? gone : [kept.data, ids.data];
});
await check("profiles are replaced only by who knows the newest", async () => {
  const where = { agent, profileId: "preferences" };
  await client.createAgentProfile({ ...where, profile: { language: "it" } });
  const kept = await client.getAgentProfile(where);
  const { etag } = kept.headers;
  const change = (value, tag) =>
    client.setAgentProfile({ ...where, profile: { language: value }, etag: tag, matchHeader: "If-Match" });
  await change("en", etag);
  return refused(change("fr", etag), 412, "precondition_failed");
});
await check("an activity has the definition that was told", async () => {
  const { data } = await client.getActivity({ activityId: activity });
  return same(data.definition.name, { en: "A course", it: "Un corso" }) ? "ok" : data;
});
await check("an agent is a person with this account", async () => {
  const { data } = await client.getAgent({ agent });
  return data.objectType === "Person" && same(data.account, [agent.account]) ? "ok" : data;
});
await check("another statement with a known id is refused", () =>
  refused(client.sendStatement({ statement: { ...first, result: { completion: true } } }), 409, "statement_conflict"));
await check("a wrong statement is refused", () =>
  refused(client.sendStatement({ statement: { ...statement("passed"), result: { score: { scaled: 3 } } } }), 400, "invalid"));
await check("wrong credentials are refused", () =>
  refused(new XAPI({ endpoint, auth: XAPI.toBasicAuth(key, "wrong"), adapter }).getStatements({}), 401, "not_authenticated"));

console.log(JSON.stringify(results));
